import { createEnvironmentInjector, Injector, NgZone, runInInjectionContext, ɵINJECTOR_SCOPE as SCOPE, ɵNoopNgZone as NoopNgZone } from '@angular/core';
import { Component, createElement } from 'react';
import { createComponent, createRoot } from 'solid-js';
import { OptionError, pageBus, TopicError } from 'trolleybus';
import * as ofAngular from 'trolleybus/angular';
import * as ofLit from 'trolleybus/lit';
import * as ofReact from 'trolleybus/react';
import * as ofRxjs from 'trolleybus/rxjs';
import * as ofSolid from 'trolleybus/solid';
import * as ofSvelte from 'trolleybus/svelte';
import * as ofVue from 'trolleybus/vue';
import { createApp, effectScope } from 'vue';
import { VALUES } from '../values.mjs';
import { mountReact } from './drivers.mjs';
import { mountSvelte } from './svelte-driver.mjs';
import Using from './svelte/Using.svelte';

class Boundary extends Component {
  state = {};
  static getDerivedStateFromError(error) { return { error: [error] }; } // which may be anything
  render() {
    if (this.state.error === undefined) return this.props.children;
    this.props.failed(this.state.error[0]);
    return null;
  }
}

const Use = ({ work }) => {
  work();
  return null;
};

/** Does work where components of a framework are made, and throws what it throws. `provided` is the bus of those above. */
const WITHIN = {
  async react(work, provided) {
    let thrown;
    const child = createElement(Boundary, { failed: (error) => { thrown = { error }; } }, createElement(Use, { work }));
    const mounted = await mountReact(provided === undefined ? child : createElement(ofReact.BusProvider, { bus: provided.bus }, child));
    await mounted.unmount();
    if (thrown !== undefined) throw thrown.error;
  },
  solid: (work, provided) => createRoot((dispose) => {
    try {
      if (provided === undefined) work();
      else createComponent(ofSolid.BusProvider, { bus: provided.bus, get children() { return work(); } });
    } finally {
      dispose();
    }
  }),
  vue(work, provided) {
    const scope = effectScope(), app = createApp({});
    if (provided !== undefined) app.use(ofVue.busPlugin(provided.bus));
    try {
      return app.runWithContext(() => scope.run(work));
    } finally {
      scope.stop();
    }
  },
  async svelte(work, provided) {
    const target = document.createElement('ul');
    let mounted, thrown;
    // What is thrown in a component leaves Svelte's own state as it was only where it is caught there.
    const use = (svelte) => {
      try {
        if (provided !== undefined) svelte.setBus(provided.bus);
        return { current: String(work()?.current) };
      } catch (error) {
        thrown = { error };
        return '';
      }
    };
    mounted = mountSvelte(Using, { use });
    await mounted.unmount();
    target.remove();
    if (thrown !== undefined) throw thrown.error;
  },
  angular(work, provided) {
    const injector = createEnvironmentInjector([{ provide: SCOPE, useValue: 'root' }, { provide: NgZone, useValue: new NoopNgZone() }, ...provided === undefined ? [] : [ofAngular.provideBus(provided.bus)]], Injector.NULL);
    try {
      return runInInjectionContext(injector, work);
    } finally {
      injector.destroy();
    }
  },
};

const HOOKS = { react: ofReact, solid: ofSolid, vue: ofVue, svelte: ofSvelte, angular: { useBus: ofAngular.injectBus, useEvent: ofAngular.injectEvent, useLastEvent: ofAngular.injectLastEvent, forBus: (bus) => {
  const { injectEvent: useEvent, injectLastEvent: useLastEvent } = ofAngular.forBus(bus);
  return { useEvent, useLastEvent };
} } };

const handler = () => {};

/** What is called with one wrong argument, by what the argument is. `bus` is a good one. */
const callsOf = ({ useBus, useEvent, useLastEvent, forBus }, bus) => ({
  'topic of an event': (value) => useEvent(value, handler, { bus }), 'handler': (value) => useEvent('a', value, { bus }), 'options of an event': (value) => useEvent('a', handler, value),
  'bus of an event': (value) => useEvent('a', handler, { bus: value }), 'once': (value) => useEvent('a', handler, { bus, once: value }), 'filter': (value) => useEvent('a', handler, { bus, filter: value }), 'name': (value) => useEvent('a', handler, { bus, name: value }),
  'topic of a last event': (value) => useLastEvent(value, { bus }), 'options of a last event': (value) => useLastEvent('a', value),
  'bus of a last event': (value) => useLastEvent('a', { bus: value }), 'selector': (value) => useLastEvent('a', { bus, selector: value }),
  'bus of forBus': (value) => void forBus(value), 'topic of an event of forBus': (value) => forBus(bus).useEvent(value, handler), 'options of an event of forBus': (value) => forBus(bus).useEvent('a', handler, value),
  'topic of a last event of forBus': (value) => forBus(bus).useLastEvent(value), 'options of a last event of forBus': (value) => forBus(bus).useLastEvent('a', value),
  'provided bus': (value) => [() => void useBus(), { bus: value }], 'provided bus of an event': (value) => [() => void useEvent('a', handler), { bus: value }], 'provided bus of a last event': (value) => [() => useLastEvent('a'), { bus: value }],
});

/** Each argument and option of each adapter is taken, or refused with a typed error. */
export function everyArgument(suite, assert, make, console) {
  const judge = async (wrong, where, call, others = () => false) => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof OptionError || error instanceof TopicError || others(error))) wrong.push(`${where}: ${error?.stack ?? String(error)}`);
    }
    console.errors.length = 0; // what frameworks say of errors
  };

  for (const [name, hooks] of Object.entries(HOOKS)) {
    suite(name)('each argument and option is taken, or refused with a typed error', async () => {
      const bus = make(), page = pageBus({ start: 'demand' }), wrong = [];
      for (const [what, call] of Object.entries(callsOf(hooks, bus))) {
        const provides = what.startsWith('provided');
        // A function makes the bus for Angular, with what that throws.
        const unread = provides && name === 'angular';
        const others = (error) => unread && /hostile|revoked|class constructor/i.test(error.message);
        for (const [kind, make] of Object.entries(VALUES)) {
          await judge(wrong, `${what}: ${kind}`, () => {
            const value = make();
            return provides ? WITHIN[name](...call(value)) : WITHIN[name](() => call(value));
          }, others);
        }
      }
      assert.deepEqual([wrong, bus.subscriptions(), page.subscriptions()], [[], [], []]);
      await page.close();
    });
  }

  suite('vue')('each argument of useEventBus is taken, or refused with a typed error', async () => {
    const bus = make(), wrong = [];
    for (const [kind, make] of Object.entries(VALUES)) {
      await judge(wrong, `key: ${kind}`, () => WITHIN.vue(() => { ofVue.useEventBus(make()).on(handler); }, { bus }));
      await judge(wrong, `listener: ${kind}`, () => WITHIN.vue(() => { ofVue.useEventBus('a').on(make()); }, { bus }));
      await judge(wrong, `listener: ${kind}`, () => WITHIN.vue(() => { ofVue.useEventBus('a').once(make()); }, { bus }));
    }
    assert.deepEqual([wrong, bus.subscriptions()], [[], []]);
  });

  suite('lit')('each argument and option is taken, or refused with a typed error', async () => {
    const bus = make(), page = pageBus({ start: 'demand' }), wrong = [];
    const hosted = (Controller, ...args) => {
      const controllers = [];
      new Controller({ addController: (controller) => controllers.push(controller), requestUpdate() {} }, ...args);
      for (const controller of controllers) {
        controller.hostConnected();
        controller.hostDisconnected();
      }
    };
    const { EventController, LastEventController } = ofLit;
    const calls = callsOf({
      useEvent: (...args) => hosted(EventController, ...args), useLastEvent: (...args) => hosted(LastEventController, ...args),
      forBus: (bus) => {
        const bound = ofLit.forBus(bus);
        return { useEvent: (...args) => hosted(bound.EventController, ...args), useLastEvent: (...args) => hosted(bound.LastEventController, ...args) };
      },
    }, bus);
    calls['host of an event'] = (value) => new EventController(value, 'a', handler, { bus });
    calls['host of a last event'] = (value) => new LastEventController(value, 'a', { bus });
    for (const [what, call] of Object.entries(calls)) {
      if (!what.startsWith('provided')) for (const [kind, make] of Object.entries(VALUES)) await judge(wrong, `${what}: ${kind}`, () => call(make()));
    }
    assert.deepEqual([wrong, bus.subscriptions(), page.subscriptions()], [[], [], []]);
    await page.close();
  });

  suite('rxjs')('each argument and option is taken, or refused with a typed error, which is that of the Observable', async () => {
    const bus = make(), wrong = [];
    const observed = (observable) => {
      let failed;
      observable.subscribe({ error: (error) => { failed = { error }; } }).unsubscribe();
      if (failed !== undefined) throw failed.error;
    };
    for (const from of [ofRxjs.fromBus, ofRxjs.eventsFromBus]) {
      for (const [kind, make] of Object.entries(VALUES)) {
        await judge(wrong, `bus: ${kind}`, () => observed(from(make(), 'a')));
        await judge(wrong, `pattern: ${kind}`, () => observed(from(bus, make())));
        await judge(wrong, `options: ${kind}`, () => observed(from(bus, 'a', make())));
        await judge(wrong, `once: ${kind}`, () => observed(from(bus, 'a', { once: make() })));
      }
    }
    for (const [kind, make] of Object.entries(VALUES)) {
      await judge(wrong, `toBus of: ${kind}`, () => void ofRxjs.toBus(make(), 'a'));
      await judge(wrong, `toBus on: ${kind}`, () => void ofRxjs.toBus(bus, make()));
    }
    assert.deepEqual([wrong, bus.subscriptions()], [[], []]);
    for (const call of [() => ofRxjs.toBus(null, 'a'), () => ofRxjs.toBus({ publish() {} }, 'a'), () => observed(ofRxjs.fromBus(null, 'a')), () => observed(ofRxjs.eventsFromBus({ subscribe() {} }, 'a'))]) {
      assert.throws(call, OptionError, /^bus: expected a Bus, got (null|an object)$/);
    }
    assert.throws(() => ofRxjs.toBus(bus, 'a.*'), TopicError, /belongs in patterns/);
  });
}
