import { after, describe, test } from 'node:test';
import { assert } from 'chai';
import { CloudEvent, HTTP } from 'cloudevents';
import { createBus, fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents } from '../../dist/trolleybus.js';
import { randomly } from './random.mjs';

// The CloudEvents SDK as an oracle: it accepts what is written here and reads the same from it, and the other way round.
const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const ROUNDS = 500;

const bus = createBus({ name: 'https://shop.example/', start: 'demand' });
after(() => bus.close());

function published(topic, data, options) {
  let got;
  const off = bus.subscribe(topic, (_data, event) => { got = event; });
  bus.publish(topic, data, options);
  off();
  return got;
}

function randomOptions(r) {
  const options = {
    id: r.text(), subject: r.text(), key: r.text(), correlationId: r.text(), causationId: r.text(),
    version: r.pick([r.text(), r.integer(-(2 ** 31), 2 ** 31 - 1)]),
    time: r.integer(-9e12, 9e12),
    source: r.pick(['/a', 'urn:x:y', 'https://h.example:8/p%20q?r=1#s', 'two words', 'größe', '../up']),
    dataschema: r.pick(['https://h.example/s.json#/a', 'urn:schema:1']),
    traceparent: `00-${r.hex(32)}-${r.hex(16)}-01`,
  };
  for (const name of Object.keys(options)) if (name !== 'id' && r.chance(0.3)) delete options[name];
  return options;
}

const isBytes = (value) => value instanceof Uint8Array;
const randomData = (r) => r.chance(0.15) ? r.bytes() : r.chance(0.1) ? undefined : r.json();

// The SDK's own members that hold bytes twice, and what it makes up.
function attributesOf(event) {
  const { data, data_base64, ...attributes } = event;
  for (const name of Object.keys(attributes)) if (attributes[name] === undefined) delete attributes[name];
  return attributes;
}

describe('the CloudEvents SDK', () => {
  test('accepts what is written and reads the same', () => randomly(ROUNDS, (r) => {
    const data = randomData(r);
    const written = toCloudEvent(published(r.topic(), data, randomOptions(r)));
    const { data_base64, data: json, ...attributes } = JSON.parse(JSON.stringify(written));
    const event = new CloudEvent({ ...JSON.parse(JSON.stringify(written)) }); // strict: it validates
    assert.deepEqual(attributesOf(event), attributes);
    if (isBytes(data)) assert.deepEqual(event.data ?? new Uint8Array(), data); // it leaves no data where there is none of bytes
    else assert.deepEqual(event.data, data === undefined ? undefined : JSON.parse(JSON.stringify(data)));

    const received = HTTP.toEvent({ headers, body: JSON.stringify(written) });
    assert.deepEqual({ ...attributesOf(received), time: Date.parse(received.time) }, { ...attributes, time: Date.parse(attributes.time) });
    if (json && !isBytes(data)) assert.deepEqual(received.data, json); // it drops 0, '', false and null here
  }));

  test('accepts batches', () => randomly(20, (r) => {
    const events = r.list(() => published(r.topic(), r.json(), randomOptions(r)));
    const received = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(toCloudEvents(events)) });
    assert.deepEqual(received.map(attributesOf), toCloudEvents(events).map(attributesOf));
    assert.deepEqual(received.map(({ data }) => data), toCloudEvents(events).map(({ data }) => data));
  }));

  test('writes what is read the same', () => randomly(ROUNDS, (r) => {
    let data = randomData(r);
    if (isBytes(data) && data.length === 0) data = undefined; // which it writes as data and data_base64
    const type = r.topic();
    const given = {
      type, id: r.text(), source: r.pick(['/a', 'urn:x:y', 'https://h.example/p?q#r']), time: new Date(r.integer(-9e12, 9e12)).toISOString(),
      subject: r.text(), traceparent: `00-${r.hex(32)}-${r.hex(16)}-00`, partitionkey: r.text(), sequence: r.text(), sampledrate: r.integer(0, 99),
      datacontenttype: r.pick(['application/json', 'application/cloudevents-data+json', 'text/plain; charset=utf-8']),
    };
    for (const name of ['subject', 'traceparent', 'partitionkey', 'sequence', 'datacontenttype']) if (r.chance(0.3)) delete given[name];
    const event = new CloudEvent({ ...given, data });
    for (const form of [event, event.toString(), JSON.parse(event.toString()), HTTP.structured(event).body]) {
      const { topic, data: read, options } = fromCloudEvent(form);
      assert.equal(topic, type);
      assert.deepEqual(read, data);
      assert.deepEqual(
        [options.id, options.source, options.time, options.subject, options.traceparent, options.key],
        [given.id, given.source, Date.parse(given.time), given.subject, given.traceparent, given.partitionkey],
      );
      const expected = given.datacontenttype === 'application/json' && data !== undefined && !isBytes(data) ? undefined : given.datacontenttype;
      assert.equal(options.datacontenttype, expected);
      published(topic, read, options);
    }
    assert.lengthOf(fromCloudEvents([event, event]), 2);
  }));

  test('refuses what is refused', () => {
    const good = { specversion: '1.0', id: '1', source: '/s', type: 'a' };
    for (const wrong of [{ type: '' }, { type: 5 }, { source: '' }, { id: 5 }, { time: 'yesterday' }, { dataschema: 'x y' }, { subject: '' }, { Upper: 'x' }]) {
      assert.throws(() => new CloudEvent({ ...good, ...wrong }), TypeError);
      assert.throws(() => fromCloudEvent({ ...good, ...wrong }), /^CloudEvent: /);
    }
  });
});
