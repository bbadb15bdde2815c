import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { assert } from 'chai';
import { CloudEventError, createBus, fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents } from '../../dist/trolleybus.js';

// The tests of package bus/cloudevents read them too: both sides write the same text for an event, read the same event
// from a text, and refuse the same texts for the same reason.
const vectors = JSON.parse(await readFile(new URL('../../bus/cloudevents/testdata/events.json', import.meta.url), 'utf8'));

const buses = [];
after(() => Promise.all(buses.map((bus) => bus.close())));

function make(name = 'shop') {
  const bus = createBus({ name, start: 'demand' });
  buses.push(bus);
  return bus;
}

/** The event that a publish makes. */
function published(bus, topic, data, options) {
  let got;
  const off = bus.subscribe(topic, (_data, event) => { got = event; });
  bus.publish(topic, data, options);
  off();
  return got;
}

const bytesOf = (base64) => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What `fromCloudEvent` gives for the event of a vector. */
function publicationOf({ topic, data, bytes, ...options }) {
  return { topic, data: bytes === undefined ? data : bytesOf(bytes), options };
}

describe('vectors written', () => {
  const bus = make();
  for (const { name, event, text } of vectors.written) {
    test(name, () => {
      const { topic, data, options } = publicationOf(event);
      const written = toCloudEvent(published(bus, topic, data, options));
      assert.equal(JSON.stringify(written), text);
      for (const form of [written, text]) {
        const back = fromCloudEvent(form);
        assert.equal(JSON.stringify(toCloudEvent(published(bus, back.topic, back.data, back.options))), text, 'nothing is lost');
        assert.deepEqual(back.data, data);
      }
    });
  }

  test('a batch', () => {
    const events = vectors.written.map(({ event }) => publicationOf(event)).map(({ topic, data, options }) => published(bus, topic, data, options));
    const text = JSON.stringify(toCloudEvents(events));
    assert.equal(text, `[${vectors.written.map(({ text }) => text).join()}]`);
    assert.deepEqual(fromCloudEvents(text), vectors.written.map(({ text }) => fromCloudEvent(text)));
  });
});

describe('vectors of sources', () => {
  for (const { name, source } of vectors.sources) {
    test(JSON.stringify(name), () => {
      const event = toCloudEvent(published(make(name), 'a'));
      assert.equal(event.source, source);
      assert.equal(fromCloudEvent(event).options.source, source);
    });
  }
});

describe('vectors read', () => {
  for (const { name, text, event } of vectors.read) {
    test(name, () => assert.deepEqual(fromCloudEvent(text), publicationOf(event)));
  }
});

describe('vectors of what is wrong', () => {
  for (const { name, text, attribute, reason } of vectors.wrong) {
    test(name, () => {
      let error;
      try {
        fromCloudEvent(text);
      } catch (e) {
        error = e;
      }
      assert.instanceOf(error, CloudEventError);
      assert.deepEqual([error.code, error.name, error.attribute, error.index], ['TB_CLOUDEVENT', 'CloudEventError', attribute, undefined]);
      assert.isTrue(error.reason.startsWith(reason), `${error.reason}, not ${reason}`);
      assert.include(error.message, error.reason);
    });
  }
});
