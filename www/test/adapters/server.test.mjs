import { afterEach, describe, test } from 'node:test';
import { assert } from 'chai';
import { createBus, createComponent, createElement, createSSRApp, h, pageBus, react, renderReact, renderSolid, renderSvelte, renderVue, solid, svelte, Using, vue } from '../../../build/test/adapters-server.js';

// A program that must not be loaded, on a bus that would load it when asked for anything that needs Go.
let loads = 0;
const wasm = () => {
  loads++;
  throw new Error('loaded');
};

const drivers = {
  react(use) {
    const Component = () => createElement('p', null, String(use(react)));
    return renderReact(createElement(Component));
  },
  solid(use) {
    return renderSolid(() => createComponent(() => {
      const value = use(solid);
      return { t: `<p>${value()}</p>` }; // as the compiler writes it
    }, {}));
  },
  vue(use) {
    return renderVue(createSSRApp({
      setup() {
        const value = use(vue);
        return () => h('p', String(value.value));
      },
    }));
  },
  svelte(use) {
    const { body } = renderSvelte(Using, { props: { use: (svelte) => {
      const value = use(svelte);
      return { current: String(value.current) };
    } } });
    return body.replaceAll(/<!--.*?-->/g, '');
  },
};

afterEach(() => pageBus().close());

for (const [name, render] of Object.entries(drivers)) {
  describe(`${name} on a server`, () => {
    test('renders the initial value', async () => {
      const bus = createBus({ wasm, start: 'demand' });
      bus.topic('a', { retain: true }).publish('of another request');
      assert.equal(await render(({ useLastEvent }) => useLastEvent('a', { bus, initial: 'initial', selector: () => 'selected' })), '<p>initial</p>');
      assert.equal(await render(({ useLastEvent }) => useLastEvent('a', { bus })), '<p>undefined</p>');
    });

    test('subscribes nothing, and loads no Go', async () => {
      const bus = pageBus({ wasm });
      let called = 0;
      const html = await render(({ useBus, useEvent, useLastEvent }) => {
        useEvent('a', () => called++, { retry: { attempts: 3 } });
        useEvent('a.>', () => called++);
        assert.equal(useBus(), bus);
        return useLastEvent('>', { initial: 0 });
      });
      assert.equal(html, '<p>0</p>');
      assert.deepEqual(bus.subscriptions(), []);
      bus.publish('a.b', 1);
      await new Promise(setImmediate);
      assert.equal(called, 0);
      assert.equal(loads, 0);
    });

    test('options of the last event are checked as those of a bus are', async () => {
      const bus = createBus({ wasm, start: 'demand' });
      const refused = async (options) => {
        try {
          await render(({ useLastEvent }) => useLastEvent('a', options));
        } catch (error) {
          return `${error.code} ${error.message}`;
        }
        return assert.fail(`${JSON.stringify(options)} is taken`);
      };
      assert.match(await refused({ bus, intial: 1 }), /^TB_OPTION last event option intial: expected one of bus, initial, selector, got "intial"/);
      assert.match(await refused({ bus, selector: 'total' }), /^TB_OPTION last event option selector: expected a function, got "total"/);
      assert.match(await refused({ bus: {} }), /^TB_OPTION last event option bus: expected a Bus, got an object/);
      assert.match(await refused(null), /^TB_OPTION last event options: expected { bus\?, initial\?, selector\? }, got null/);
    });

    test('forBus does the same', async () => {
      const bus = createBus({ wasm, start: 'demand' });
      assert.equal(await render(() => ({ react, solid, svelte, vue })[name].forBus(bus).useLastEvent('a', { initial: 1 })), '<p>1</p>');
      assert.deepEqual(bus.subscriptions(), []);
      assert.equal(loads, 0);
    });
  });
}
