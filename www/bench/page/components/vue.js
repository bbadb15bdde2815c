import { useEvent, useLastEvent } from 'trolleybus/vue';
import { createApp, h, nextTick, onUnmounted, shallowRef } from 'vue';

export const vue = {
  name: 'Vue',
  ours: (bus, topic) => components((handler) => useEvent(topic, handler, { bus }), () => useLastEvent(topic, { selector: ({ value }) => value, initial: 0, bus })),
  mitt: (emitter, topic) => components(
    (handler) => {
      emitter.on(topic, handler);
      onUnmounted(() => emitter.off(topic, handler));
    },
    () => {
      const value = shallowRef(0), handler = (data) => { value.value = data.value; };
      emitter.on(topic, handler);
      onUnmounted(() => emitter.off(topic, handler));
      return value;
    },
  ),
  flush(publish) {
    publish();
    return nextTick();
  },
};

function components(useHandler, useValue) {
  const listening = (sink) => ({
    setup() {
      useHandler((data) => { sink.sum += data.value; });
      return () => null;
    },
  });
  const showing = {
    setup() {
      const value = useValue();
      return () => h('output', value.value);
    },
  };
  return {
    listen: (count, sink) => mount(count, listening(sink)),
    show: (count) => mount(count, showing),
  };
}

function mount(count, component) {
  const target = document.createElement('div');
  document.body.append(target);
  createApp({ render: () => Array.from({ length: count }, (_, key) => h(component, { key })) }).mount(target);
  return target;
}
