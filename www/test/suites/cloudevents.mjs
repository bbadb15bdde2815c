import { failing } from './cloudevent-texts.mjs';

// CloudEvents 1.0, and what a publisher may say of events that come from elsewhere.
export function cloudevents(test, assert, make, { CloudEventError, OptionError, PayloadError, fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents }) {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  const fails = failing(assert);

  test('an event of elsewhere keeps what it brings along, and hands it on', async () => {
    const bus = await make({ name: 'here' }), seen = {};
    bus.subscribe('>', (_, event) => {
      seen[event.topic] = event;
      if (event.topic.length < 5) bus.publish(`${event.topic}.b`);
    });
    const given = {
      id: 'i', time: -1, source: 'there', subject: 's', key: 'k', version: '1', traceparent: trace,
      correlationId: 'root', causationId: 'cause', dataschema: 'urn:x', datacontenttype: 'text/plain',
    };
    bus.publish('a', 1, given);
    for (const [name, value] of Object.entries(given)) assert.equal(seen.a[name], value, name);
    const of = ({ source, correlationId, causationId, traceparent, dataschema }) => [source, correlationId, causationId, traceparent, dataschema];
    assert.deepEqual(of(seen['a.b']), ['here', 'root', 'i', trace, undefined]);
    assert.deepEqual(of(seen['a.b.b']), ['here', 'root', seen['a.b'].id, trace, undefined]);
    assert.closeTo(seen['a.b'].time, Date.now(), 60_000);
    bus.publish('b', 1, { time: 0 });
    assert.equal(seen.b.time, 0);
    bus.subscribe('outer', () => bus.publish('inner.longer', 1, { correlationId: 'other', causationId: 'another' }));
    bus.publish('outer');
    assert.deepEqual([seen['inner.longer'].correlationId, seen['inner.longer'].causationId], ['other', 'another']);
  });

  test('what is said of an event has to have its form', async () => {
    const bus = await make(), seen = [];
    bus.subscribe('>', (data) => seen.push(data));
    for (const [name, ...wrong] of [
      ['id', '', 1], ['version', '', NaN, Infinity, -Infinity, -0, null, true, 1n, [1], {}, '\ud800', 'x'.repeat(65_536)], ['subject', ''], ['key', ''], ['source', '', {}], ['correlationId', '', 1], ['causationId', '', null],
      ['time', '2024-01-01', NaN, Infinity, 9_223_372_036_000, new Date()],
      ['dataschema', '', 'order/2', '/relative', 'https://a b'], ['datacontenttype', '', 'json', 'a/b c'],
      ['extensions', 1, 'x', null, [1], { Upper: 1 }, { 'a.b': 1 }, { id: 'x' }, { data: 'x' }, { version: '1' }, { a: null }, { a: 1.5 }, { a: 2 ** 31 }, { a: {} }, { a: 1n }, { a: '\ud800' }, { a: NaN }],
      ['traceparent', '', trace.toUpperCase(), `ff${trace.slice(2)}`, `${trace}-x`, `${trace}\n`, trace.replace(/-b.*-/, `-${'0'.repeat(16)}-`), [trace]],
    ]) {
      for (const value of wrong) fails(() => bus.publish('a', 1, { [name]: value }), OptionError, (error) => assert.include(error.message, `option ${name}`));
    }
    assert.isEmpty(seen);
    bus.publish('a', 1, { traceparent: `cc${trace.slice(2)}-later`, time: 1.5 });
    assert.deepEqual(seen, [1]);
  });

  test('extensions of an event are kept: by the bus, by what its topic keeps, and by its CloudEvent', async () => {
    const bus = await make(), events = [];
    bus.topic('a', { retain: true });
    bus.subscribe('>', (_, event) => {
      events.push(event);
      if (event.topic === 'a') bus.publish('effect');
    });
    let reads = 0;
    const given = { sequence: '5', get rate() { return ++reads; }, flag: false, empty: '', gone: undefined, zero: -0 };
    bus.publish('a', 1, { extensions: given });
    given.sequence = 'changed';
    bus.publish('b', 1, { extensions: {} });
    const kept = { sequence: '5', rate: 1, flag: false, empty: '', zero: 0 };
    assert.deepEqual(events.map(({ extensions }) => extensions), [kept, undefined, undefined], 'an effect has none of its cause');
    assert.isTrue(Object.is(events[0].extensions.zero, 0));
    assert.isFrozen(events[0].extensions);
    bus.subscribe('a', (_, event) => events.push(event), { replay: 1 });
    assert.deepEqual(events.at(-1).extensions, kept);
    const written = toCloudEvent(events[0]);
    for (const form of [written, JSON.stringify(written)]) {
      const { topic, data, options } = fromCloudEvent(form);
      assert.deepEqual(options.extensions, kept);
      bus.publish(topic, data, options);
      assert.equal(JSON.stringify(toCloudEvent(events.findLast((event) => event.topic === 'a'))), JSON.stringify(written));
    }
    bus.publish('c', 1, { extensions: { text: 'a\u0000' } });
    fails(() => toCloudEvent(events.at(-1)), CloudEventError, (error) => assert.equal(error.attribute, 'text'));
  });

  test('extensions may be inherited, and what a page gave to all objects is none', async () => {
    const bus = await make(), events = [];
    bus.subscribe('a', (_, event) => events.push(event));
    Object.prototype.stray = 'x';
    try {
      bus.publish('a', 1, { extensions: Object.create({ sequence: '5' }) });
    } finally {
      delete Object.prototype.stray;
    }
    assert.deepEqual(events[0].extensions, { sequence: '5' });
  });

  test('an event goes through its CloudEvent without a loss', async () => {
    const bus = await make({ name: 'https://shop.example/' }), other = await make({ name: 'other' }), events = [], got = [];
    bus.subscribe('>', (_, event) => {
      events.push(event);
      if (event.topic === 'a') bus.publish('a.b');
    });
    other.subscribe('>', (_, event) => got.push(event));
    bus.publish('a', { n: [1, 'ü\u2028', null] }, { key: 'k', version: 3, traceparent: trace });
    bus.publish('bytes', new Uint8Array([0, 255, 128]));
    bus.publish('a.string', 'aGk=');
    bus.publish('a.null', null);
    const texts = events.map((event) => JSON.stringify(toCloudEvent(event)));
    for (const text of texts) {
      const { topic, data, options } = fromCloudEvent(text);
      other.publish(topic, data, options);
    }
    assert.lengthOf(got, 5);
    assert.deepEqual(got.map((event) => JSON.stringify(toCloudEvent(event))), texts, 'the same text at the next stop');
    for (const [i, event] of events.entries()) {
      assert.deepEqual(got[i].data, event.data);
      for (const name of ['topic', 'id', 'time', 'source', 'key', 'version', 'traceparent', 'correlationId', 'causationId', 'datacontenttype']) {
        assert.strictEqual(got[i][name], event[name], name);
      }
    }
    assert.deepEqual(fromCloudEvents(JSON.stringify(toCloudEvents(events))), texts.map((text) => fromCloudEvent(text)));
    assert.deepEqual(toCloudEvents([]), []);
    assert.deepEqual(fromCloudEvents('[]'), []);
  });

  test('a CloudEvent has a copy of the data, as JSON has it', async () => {
    const bus = await make();
    const write = (data) => {
      let written;
      const off = bus.subscribe('a', (_, event) => { written = toCloudEvent(event); });
      bus.publish('a', data);
      off();
      return written;
    };
    const data = { date: new Date(0), bytes: new Uint8Array([1]), none: undefined };
    const { data: copy } = write(data);
    assert.deepEqual(copy, { date: '1970-01-01T00:00:00.000Z', bytes: 'AQ==' });
    assert.deepEqual(write(new Uint8ClampedArray([1, 2]).buffer).data_base64, 'AQI=');
    assert.notProperty(write(undefined), 'data');
    assert.notProperty(write(undefined), 'datacontenttype');
  });

  test('data that JSON cannot have is a typed error that says where', async () => {
    const bus = await make(), circle = {}, hostile = { get a() { throw new Error('no'); } };
    circle.self = circle;
    let error;
    bus.subscribe('a', (_, event) => {
      try {
        error = undefined;
        toCloudEvent(event);
      } catch (e) {
        error = e;
      }
    });
    for (const [data, path] of [
      [1n, '$'], [{ n: [NaN] }, '$.n[0]'], [() => {}, '$'], [Symbol('s'), '$'], [{ s: '\ud800' }, '$.s'], [circle, '$.self'], [hostile, '$.a'],
      [new Map(), '$'], [new Float64Array(1), '$'], ['\udc00', '$'], [{ n: [-0] }, '$.n[0]'], [-0, '$'],
    ]) {
      bus.publish('a', data);
      assert.instanceOf(error, PayloadError);
      assert.equal(error.path, path, error.message);
    }
  });

  test('attributes that CloudEvents cannot have are typed errors', async () => {
    const bus = await make();
    const events = [];
    bus.subscribe('>', (_, event) => events.push(event));
    for (const [name, field] of [['id', 'id'], ['subject', 'subject'], ['partitionkey', 'key'], ['version', 'version'], ['correlationid', 'correlationId'], ['causationid', 'causationId']]) {
      fails(() => bus.publish('a', 1, { [field]: '\ud800x' }), OptionError);
      for (const text of ['a\u0000', '\u009f', '\uffff']) {
        bus.publish('a', 1, { [field]: text });
        fails(() => toCloudEvent(events.at(-1)), CloudEventError, (error) => assert.equal(error.attribute, name));
      }
    }
    fails(() => toCloudEvents([events[0]]), CloudEventError, (error) => assert.equal(error.index, 0));
    bus.publish('\ufffe');
    fails(() => toCloudEvent(events.at(-1)), CloudEventError, (error) => assert.equal(error.attribute, 'type'));
    fails(() => bus.publish('a', 1, { source: '\ud800' }), OptionError);
    bus.publish('a', 1, { version: 1.5 });
    assert.equal(toCloudEvent(events.at(-1)).version, '1.5', 'CloudEvents has integers only');
    for (const wrong of [undefined, null, 1, {}, 'a']) fails(() => toCloudEvent(wrong), OptionError);
  });
}

/** The test vectors of package bus/cloudevents: both sides write the same text for an event, and read the same from it. */
export function cloudeventVectors(test, assert, make, { CloudEventError, fromCloudEvent, fromCloudEvents, toCloudEvent, toCloudEvents }, vectors) {
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

  /** What `fromCloudEvent` gives for the event of a vector. */
  const publicationOf = ({ topic, data, bytes, ...options }) => ({ topic, data: bytes === undefined ? data : bytesOf(bytes), options });

  /** The event that a publish makes. */
  function published(bus, { topic, data, options }) {
    let got;
    const off = bus.subscribe(topic, (_data, event) => { got = event; });
    bus.publish(topic, data, options);
    off();
    return got;
  }

  test('vectors: events are written as in Go, and nothing is lost on the way back', async () => {
    const bus = await make({ name: 'shop' }), events = [];
    for (const { name, event, text } of vectors.written) {
      const publication = publicationOf(event);
      events.push(published(bus, publication));
      const written = toCloudEvent(events.at(-1));
      assert.equal(JSON.stringify(written), text, name);
      for (const form of [written, text]) {
        const back = fromCloudEvent(form);
        assert.equal(JSON.stringify(toCloudEvent(published(bus, back))), text, name);
        assert.deepEqual(back.data, publication.data, name);
      }
    }
    const batch = JSON.stringify(toCloudEvents(events));
    assert.equal(batch, `[${vectors.written.map(({ text }) => text).join()}]`);
    assert.deepEqual(fromCloudEvents(batch), vectors.written.map(({ text }) => fromCloudEvent(text)));
  });

  test('vectors: the name of a bus becomes a URI reference', async () => {
    const bus = await make({ name: 'shop' });
    for (const { name, source } of vectors.sources) {
      const event = toCloudEvent(published(bus, { topic: 'a', options: { source: name } }));
      assert.equal(event.source, source);
      assert.equal(fromCloudEvent(event).options.source, source);
    }
  });

  test('vectors: CloudEvents are read as in Go', async () => {
    for (const { name, text, event } of vectors.read) assert.deepEqual(fromCloudEvent(text), publicationOf(event), name);
  });

  test('vectors: what is wrong is refused as in Go, for the same reason', async () => {
    for (const { name, text, attribute, reason } of vectors.wrong) {
      let error;
      try {
        fromCloudEvent(text);
      } catch (e) {
        error = e;
      }
      assert.instanceOf(error, CloudEventError, name);
      assert.deepEqual([error.code, error.name, error.attribute, error.index], ['TB_CLOUDEVENT', 'CloudEventError', attribute, undefined], name);
      assert.isTrue(error.reason.startsWith(reason), `${name}: ${error.reason}, not ${reason}`);
      assert.include(error.message, error.reason);
    }
  });
}
