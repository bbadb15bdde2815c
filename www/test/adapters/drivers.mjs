// Mounts the components of shared.mjs with each framework.
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createRenderEffect } from 'solid-js';
import { render } from 'solid-js/web';
import * as ofReact from 'trolleybus/react';
import * as ofSolid from 'trolleybus/solid';
import * as ofVue from 'trolleybus/vue';
import { createApp, h, nextTick } from 'vue';

function container() {
  const element = document.createElement('ul');
  document.body.append(element);
  return element;
}

/** Renders an element of React; the result unmounts it. */
export async function mountReact(element, target = container()) {
  const root = createRoot(target);
  await act(async () => root.render(element));
  return {
    target,
    render: (element) => act(async () => root.render(element)),
    async unmount() {
      await act(async () => root.unmount());
      target.remove();
    },
  };
}

export const react = {
  async show(bus, topic, options, count = 1) {
    let renders = 0;
    const Shown = () => {
      renders++;
      return createElement('li', null, String(ofReact.useLastEvent(topic, { ...options, bus })));
    };
    const mounted = await mountReact(Array.from({ length: count }, (_, key) => createElement(Shown, { key })));
    return { ...mounted, renders: () => renders };
  },
  listen(bus, topic, handler, options) {
    return mountReact(createElement(() => {
      ofReact.useEvent(topic, handler, { ...options, bus });
      return null;
    }));
  },
  settle: (task) => act(async () => task()),
};

async function mountVue(setup) {
  const target = container(), app = createApp({ setup });
  app.mount(target);
  await nextTick();
  return {
    unmount() {
      app.unmount();
      target.remove();
    },
  };
}

export const vue = {
  async show(bus, topic, options, count = 1) {
    let renders = 0;
    const Shown = {
      setup() {
        const value = ofVue.useLastEvent(topic, { ...options, bus });
        return () => {
          renders++;
          return h('li', String(value.value));
        };
      },
    };
    const mounted = await mountVue(() => () => Array.from({ length: count }, (_, key) => h(Shown, { key })));
    return { ...mounted, renders: () => renders };
  },
  listen(bus, topic, handler, options) {
    return mountVue(() => {
      ofVue.useEvent(topic, handler, { ...options, bus });
      return () => null;
    });
  },
  async settle(task) {
    await task();
    await nextTick();
  },
};

/** What a Solid component returns that the compiler was not asked for: elements. */
export function mountSolid(component) {
  const target = container(), dispose = render(component, target);
  return {
    target,
    unmount() {
      dispose();
      target.remove();
    },
  };
}

export const solid = {
  async show(bus, topic, options, count = 1) {
    let renders = 0;
    const Shown = () => {
      const element = document.createElement('li'), value = ofSolid.useLastEvent(topic, { ...options, bus });
      createRenderEffect(() => {
        renders++;
        element.textContent = String(value());
      });
      return element;
    };
    return { ...mountSolid(() => Array.from({ length: count }, Shown)), renders: () => renders };
  },
  async listen(bus, topic, handler, options) {
    return mountSolid(() => {
      ofSolid.useEvent(topic, handler, { ...options, bus });
      return [];
    });
  },
  settle: async (task) => void await task(),
};
