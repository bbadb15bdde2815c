import { flushSync, mount, unmount } from 'svelte';
import Listening from './svelte/Listening.svelte';
import Shown from './svelte/Shown.svelte';

/** Mounts a component of Svelte, so many times. */
export function mountSvelte(component, props, count = 1) {
  const target = document.createElement('ul');
  document.body.append(target);
  const mounted = Array.from({ length: count }, () => mount(component, { target, props }));
  flushSync();
  return {
    target,
    async unmount() {
      await Promise.all(mounted.map((one) => unmount(one)));
      target.remove();
    },
  };
}

export const svelte = {
  async show(bus, topic, options, count = 1) {
    let renders = 0;
    const mounted = mountSvelte(Shown, { bus, topic, options, rendered: () => renders++ }, count);
    return { ...mounted, renders: () => renders };
  },
  listen: async (bus, topic, handler, options) => mountSvelte(Listening, { bus, topic, handler, options }),
  async settle(task) {
    await task();
    flushSync();
  },
};
