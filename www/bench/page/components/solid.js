import { createRenderEffect, createSignal, onCleanup } from 'solid-js';
import { render } from 'solid-js/web';
import { useEvent, useLastEvent } from 'trolleybus/solid';

export const solid = {
  name: 'Solid',
  ours: (bus, topic) => components((handler) => useEvent(topic, handler, { bus }), () => useLastEvent(topic, { selector: ({ value }) => value, initial: 0, bus })),
  mitt: (emitter, topic) => components(
    (handler) => {
      emitter.on(topic, handler);
      onCleanup(() => emitter.off(topic, handler));
    },
    () => {
      const [value, setValue] = createSignal(0), handler = (data) => setValue(data.value);
      emitter.on(topic, handler);
      onCleanup(() => emitter.off(topic, handler));
      return value;
    },
  ),
  // Signals are shown when they are set.
  flush: (publish) => publish(),
};

function components(useHandler, useValue) {
  return {
    listen: (count, sink) => mount(count, () => void useHandler((data) => { sink.sum += data.value; })),
    show: (count) => mount(count, () => {
      const element = document.createElement('output'), value = useValue();
      createRenderEffect(() => { element.textContent = value(); });
      return element;
    }),
  };
}

function mount(count, component) {
  const target = document.createElement('div');
  document.body.append(target);
  render(() => Array.from({ length: count }, component), target);
  return target;
}
