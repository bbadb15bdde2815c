import { until } from './contract.mjs';

// Whatever way an event comes, it passes one admission: grammar, interceptors, upcast, version and schema, freezing.
// `go` says that the component of the tests is there, which publishes and asks in Go, and declared `go.booked`.
export function admission(test, assert, make, { trolleybus: { fromCloudEvent, SchemaError, VersionError, TopicError, RecursionError }, mitt, events, go = false }) {
  const even = { '~standard': { version: 1, vendor: 'test', validate: (value) => typeof value === 'object' && value?.n % 2 === 0 ? { value } : { issues: [{ message: 'odd' }] } } };
  const attempt = async (enter) => {
    try {
      await enter();
      return undefined;
    } catch (error) {
      return error;
    }
  };
  /** What a way has no caller for is reported. */
  const reported = (bus, enter) => {
    let failed;
    const off = bus.subscribe('$bus.error', ({ error }) => failed ??= error);
    enter();
    off();
    return failed;
  };
  const event = (type, detail) => new CustomEvent(type, { detail });

  /** Each enters with a topic, data and maybe a version, and gives the error, if there is one. `versions`: it can say one. */
  const ways = {
    publish: { versions: true, enter: (bus, topic, data, version) => attempt(() => bus.publish(topic, data, version && { version })) },
    'publish in a handler': {
      versions: true,
      enter(bus, topic, data, version) {
        let failed;
        bus.subscribe('way.in', () => {
          try {
            bus.publish(topic, data, version && { version });
          } catch (error) {
            failed = error;
          }
        }, { once: true });
        bus.publish('way.in');
        return failed;
      },
    },
    topic: { versions: true, enter: (bus, topic, data, version) => attempt(() => bus.topic(topic).publish(data, version && { version })) },
    'a CloudEvent': {
      versions: true,
      enter(bus, topic, data, version) {
        return attempt(() => {
          const { topic: type, data: content, options } = fromCloudEvent({ specversion: '1.0', id: 'x', source: 'test', type: topic, data, ...version && { version } });
          bus.publish(type, content, options);
        });
      },
    },
    request: { enter: (bus, topic, data) => attempt(() => bus.request(topic, data)) },
    gather: { enter: (bus, topic, data) => attempt(() => bus.request(topic, data, { gather: { max: 1 } })) },
    'dispatchEvent on the target': { enter: (bus, topic, data) => attempt(() => bus.target.dispatchEvent(event(topic, data))), grammar: 'none' },
    'a bridge': {
      enter: (bus, topic, data) => reported(bus, () => {
        const source = new EventTarget(), off = bus.bridge(source, { from: { x: topic } });
        source.dispatchEvent(event('x', data));
        off();
      }),
      grammar: 'thrown',
    },
    'the facade of mitt': { enter: (bus, topic, data) => attempt(() => facade(topic, (parent, name) => mitt(undefined, { bus, topic: parent }).emit(name, data))), grammar: 'none' },
    'the facade of events': {
      enter: (bus, topic, data) => attempt(() => facade(topic, (parent, name) => new events.EventEmitter({ bus, topic: parent }).emit(name, data))), grammar: 'none',
      data: (data) => [data],
    },
  };
  if (go) {
    ways['a publish in Go'] = { versions: true, enter: (bus, topic, data, version) => fromGo(bus, 'go.publish', 'go.published', { topic, data, version: version && String(version) }) };
    ways['a request in Go'] = { enter: (bus, topic, data) => fromGo(bus, 'go.request', 'go.requested', { topic, data }) };
    ways['a dead letter redriven to it'] = {
      versions: true,
      async enter(bus, topic, data, version) {
        const off = bus.subscribe('way.in', () => { throw new Error('no'); }, { retry: { attempts: 1 } });
        let failed, done = false;
        const offs = [bus.subscribe('$bus.error', ({ error }) => { failed = error; done = true; }), bus.subscribe('>', (_, event) => { done ||= event.topic === topic; })];
        bus.publish('way.in', data, version && { version });
        try {
          bus.redrive('way.in', { to: topic });
          await until(() => done);
          return failed;
        } catch (error) {
          return error;
        } finally {
          for (const end of [off, ...offs]) end();
          bus.discard('>');
        }
      },
    };
  }

  function facade(topic, emit) {
    const dot = topic.lastIndexOf('.');
    emit(topic.slice(0, dot), topic.slice(dot + 1));
  }

  async function fromGo(bus, ask, told, data) {
    let answer;
    const off = bus.subscribe(told, (data) => { answer = data; });
    bus.publish(ask, data);
    await until(() => answer !== undefined);
    off();
    return answer.code === '' ? undefined : answer;
  }

  const fares = async (options) => {
    const bus = await make(options), got = [];
    const topic = bus.topic('way.fare', { retain: true, version: 2, schema: even, upcast: { 1: (n) => ({ n: n * 100 }) } });
    bus.subscribe('way.fare', (data, event) => got.push([data, Number(event.version)]));
    bus.respond('way.fare', () => 1);
    bus.respond('go.booked', () => 1);
    return { bus, topic, got };
  };

  for (const [name, { enter, versions, grammar, data: as = (data) => data }] of Object.entries(ways)) {
    const schemed = name !== 'the facade of events'; // it publishes the list of its arguments, which is another schema's

    test(`admission: ${name}: schema, version, interceptors and grammar hold`, async () => {
      const { bus, topic, got } = await fares();
      if (schemed) {
        assert.equal((await enter(bus, 'way.fare', { n: 1 }))?.code, 'TB_SCHEMA');
        assert.deepEqual(got, [], 'nobody gets what the schema refuses');
        assert.isUndefined(topic.value, 'nor is it kept');
        assert.isUndefined(await enter(bus, 'way.fare', { n: 2 }));
        assert.deepEqual(got.splice(0), [[{ n: 2 }, 2]]);
        assert.deepEqual(topic.value, { n: 2 });
        const made = [];
        bus.topic('way.made', { schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: { of: value } }) } } });
        bus.subscribe('way.made', (data) => made.push(data));
        bus.respond('way.made', () => 1);
        await enter(bus, 'way.made', { n: 1 });
        assert.deepEqual(made, [{ of: { n: 1 } }], 'what the schema makes of the data');
      }
      if (versions) {
        assert.equal((await enter(bus, 'way.fare', { n: 2 }, 3))?.code, 'TB_VERSION');
        assert.isUndefined(await enter(bus, 'way.fare', 2, 1));
        assert.deepEqual(got.splice(0), [[{ n: 200 }, 2]]);
      }
      if (go && schemed) {
        const booked = [];
        bus.subscribe('go.got', (data) => booked.push(data));
        assert.equal((await enter(bus, 'go.booked', { seats: 0, names: [] }))?.code, 'TB_SCHEMA', 'what Go declared');
        assert.deepEqual(booked, []);
        if (!name.endsWith('in Go')) { // where it would have to be a Booking
          assert.isUndefined(await enter(bus, 'go.booked', { seats: 1, names: ['a'] }));
          assert.deepEqual(booked, [{ seats: 1, names: ['a'] }]);
        }
      }
      if (grammar !== 'none') {
        for (const wrong of ['way..x', 'way.a b', '$bus.x', 'way.*']) {
          const error = await (grammar === 'thrown' ? attempt(() => enter(bus, wrong, { n: 2 })) : enter(bus, wrong, { n: 2 }));
          assert.match(error?.code, /^TB_(TOPIC|CLOUDEVENT)$/, wrong);
        }
      }
      let seen = 0, instead = { data: { n: 3 } };
      bus.use((event, next) => {
        if (event.topic !== 'way.fare') return next();
        seen++;
        if (instead.refuse) throw new TypeError('refused');
        return next(instead.data);
      });
      assert.equal((await enter(bus, 'way.fare', { n: 2 }))?.code, 'TB_SCHEMA', 'data of an interceptor is checked');
      instead = { refuse: true };
      assert.isDefined(await enter(bus, 'way.fare', { n: 2 }));
      assert.deepEqual(got, []);
      instead = { data: { n: 4 } };
      await enter(bus, 'way.fare', { n: 2 });
      assert.deepEqual(got, [[{ n: 4 }, 2]]);
      assert.equal(seen, 3);
    });

    if (!name.includes('Go')) {
      test(`admission: ${name}: data is frozen in dev mode`, async () => {
        const bus = await make({ dev: true }), got = [];
        bus.subscribe('way.plain', (data) => got.push(data));
        bus.respond('way.plain', () => 1);
        await enter(bus, 'way.plain', { n: { m: 1 } });
        assert.deepEqual(got, [as({ n: { m: 1 } })]);
        assert.isTrue(Object.isFrozen([got[0]].flat()[0].n));
      });
    }
  }

  test('admission: a request that the schema refuses rejects, and no responder is asked', async () => {
    const { bus } = await fares(), asked = [];
    bus.respond('way.fare', (data) => asked.push(data));
    const error = await bus.request('way.fare', { n: 1 }).then(() => assert.fail('answered'), (error) => error);
    assert.instanceOf(error, SchemaError);
    assert.deepEqual([asked, bus.stats().pending], [[], 0]);
    assert.instanceOf(await attempt(() => bus.publish('way.fare', 1, { version: 9 })), VersionError);
    assert.instanceOf(await attempt(() => bus.request('way..fare')), TopicError);
  });

  const recursions = {
    'an interceptor that publishes before it passes its event on': (bus) => bus.use((event, next) => {
      bus.publish(event.topic === 'loop.a' ? 'loop.b' : 'loop.a');
      next();
    }),
    'an interceptor that publishes behind its event': (bus) => bus.use((event, next) => {
      next();
      bus.publish(event.topic === 'loop.a' ? 'loop.b' : 'loop.a');
    }),
    'an interceptor that dispatches': (bus) => bus.use((event, next) => {
      bus.target.dispatchEvent(new CustomEvent(event.topic === 'loop.a' ? 'loop.b' : 'loop.a'));
      next();
    }),
    'an upcast that publishes': (bus) => bus.topic('loop.a', { version: 2, upcast: { 1: (data) => {
      bus.publish('loop.a', data, { version: 1 });
      return data;
    } } }),
    'a schema that publishes': (bus) => bus.topic('loop.a', { schema: { '~standard': { version: 1, vendor: 'test', validate(value) {
      bus.publish('loop.a', value);
      return { value };
    } } } }),
  };
  for (const [name, prepare] of Object.entries(recursions)) {
    test(`D5 ${name} is cut with the topics, and the bus lives`, async () => {
      const bus = await make();
      const undo = prepare(bus);
      const error = await attempt(() => bus.publish('loop.a', 1, name.startsWith('an upcast') ? { version: 1 } : undefined));
      assert.instanceOf(error, RecursionError);
      assert.equal(error.code, 'TB_RECURSION');
      assert.include(error.topics, 'loop.a');
      if (typeof undo === 'function') undo();
      const got = [];
      bus.subscribe('after', (data) => got.push(data));
      bus.publish('after', 1);
      assert.deepEqual(got, [1]);
      assert.equal(bus.stats().restarts, 0);
    });
  }

  test('D5 a schema that publishes its own topic is cut, and the bus lives', async () => {
    const bus = await make();
    let deepest;
    bus.topic('loop.a', { schema: { '~standard': { version: 1, vendor: 'test', validate(value) {
      try {
        bus.publish('loop.a', value);
      } catch (error) {
        deepest ??= error;
      }
      return { value };
    } } } });
    bus.publish('loop.a', 1);
    assert.instanceOf(deepest, RecursionError);
  });

  if (go) {
    test('D5 an interceptor in Go that publishes is cut, and Go lives', async () => {
      const bus = await make();
      bus.publish('intercept.loop');
      const error = await attempt(() => bus.publish('loop.go'));
      assert.equal(error?.code, 'TB_RECURSION');
      bus.publish('intercept.loop.end');
      let answer;
      bus.subscribe('echoed', (data) => { answer = data; });
      bus.publish('echo.it', 5);
      assert.equal(answer, 5);
      assert.equal(bus.stats().restarts, 0);
    });

    test('D5 interceptors of both sides that publish for each other are cut, and Go lives', async () => {
      const bus = await make();
      bus.publish('intercept.loop');
      const undo = bus.use((event, next) => {
        if (event.topic.startsWith('loop.')) bus.publish('loop.script');
        next();
      });
      assert.equal((await attempt(() => bus.publish('loop.go')))?.code, 'TB_RECURSION');
      undo();
      bus.publish('intercept.loop.end');
      assert.equal(bus.stats().restarts, 0);
    });
  }
}
