// What both runners try beside the examples of the guide: each entry of the package, and Go with and without fake timers.
export function entries({ test, expect, names, fake, real, advance, realm }) {
  for (const name of names) {
    test(`import of ${name}`, async () => {
      const entry = await import(name);
      // That one is imported for what it does.
      if (name !== 'trolleybus/go') expect(Object.keys(entry).length).toBeGreaterThan(0);
    });
  }

  test('Go comes up, and takes what the page of the test has', async () => {
    const { createBus } = await import('trolleybus');
    const bus = createBus(), got = [];
    bus.subscribe('order.*', (data, { topic }) => got.push([topic, data]));
    bus.subscribe('order.*', ({ bytes }) => got.push(bytes), { concurrency: 1 });
    const data = { bytes: new realm.Uint8Array([1, 2]), date: new realm.Date(0), list: [1, { a: undefined }] };
    bus.publish('order.placed', data);
    await bus.ready;
    expect(bus.stats().memory).toBeGreaterThan(0);
    await new Promise((resolve) => bus.subscribe('order.paid', resolve, { once: true, dedupe: {}, name: 'payments' }) && bus.publish('order.paid', data));
    expect(got.length).toBe(4);
    expect(bus.stats().failed).toBe(0);
    await bus.close();
  });

  for (const [when, order] of Object.entries({ 'before the bus was made': ['fake', 'make', 'ready'], 'before Go was up': ['make', 'fake', 'ready'], 'after Go was up': ['make', 'ready', 'fake'] })) {
    test(`fake timers that came ${when}`, async () => {
      const { createBus } = await import('trolleybus');
      let bus;
      const failures = [], dead = [], attempts = [], cleared = [];
      const steps = { fake, make: () => (bus = createBus()), ready: () => bus.ready };
      try {
        for (const step of order) await steps[step]();
        bus.subscribe('$bus.error', ({ error }) => failures.push(error.code));
        bus.subscribe('$bus.dead.>', ({ attempts }) => dead.push(attempts));
        bus.subscribe('work', (data) => { attempts.push(data); throw new Error('again'); }, { retry: { attempts: 3, backoff: { initial: 100, jitter: false } } });
        bus.subscribe('slow', () => new Promise(() => {}), { timeout: 500 });
        bus.subscribe('typed', (data) => cleared.push(data), { debounce: 200 });
        bus.publish('work', 1);
        bus.publish('slow');
        for (const letter of 'abc') bus.publish('typed', letter);
        await advance(99);
        expect([attempts.length, cleared, failures]).toEqual([1, [], []]);
        await advance(1);
        expect(attempts.length).toBe(2);
        await advance(199);
        expect([attempts.length, cleared]).toEqual([2, ['c']]);
        await advance(1);
        expect([attempts.length, dead.length]).toEqual([3, 1]);
        expect(failures).not.toContain('TB_TIMEOUT');
        await advance(200);
        expect(failures).toContain('TB_TIMEOUT');
        const asked = bus.request('nobody.answers', {}, { timeout: 1000 }).catch(({ code }) => code);
        expect(await asked).toBe('TB_NO_RESPONDERS');
        bus.respond('answer.late', () => new Promise(() => {}));
        const late = bus.request('answer.late', {}, { timeout: 1000 }).catch(({ code }) => code);
        await advance(1000);
        expect(await late).toBe('TB_TIMEOUT');
        await bus.close();
      } finally {
        await bus?.close();
        real();
      }
    });
  }
}
