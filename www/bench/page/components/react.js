import { createElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { useEvent, useLastEvent } from 'trolleybus/react';

export const react = {
  name: 'React',
  ours: (bus, topic) => components((handler) => useEvent(topic, handler, { bus }), () => useLastEvent(topic, { selector: valueOf, initial: 0, bus })),
  mitt: (emitter, topic) => components(
    (handler) => {
      const latest = useRef(handler);
      useEffect(() => { latest.current = handler; });
      useEffect(() => {
        const call = (data) => latest.current(data);
        emitter.on(topic, call);
        return () => emitter.off(topic, call);
      }, []);
    },
    () => {
      const [value, setValue] = useState(0);
      useEffect(() => {
        const call = (data) => setValue(data.value);
        emitter.on(topic, call);
        return () => emitter.off(topic, call);
      }, []);
      return value;
    },
  ),
  // What React recommends for stores, since a state that an effect sets may show two events at once.
  store: (emitter, topic) => components(undefined, () => {
    const [store] = useState(() => {
      let value = 0;
      return {
        get: () => value,
        subscribe(changed) {
          const call = (data) => {
            value = data.value;
            changed();
          };
          emitter.on(topic, call);
          return () => emitter.off(topic, call);
        },
      };
    });
    return useSyncExternalStore(store.subscribe, store.get);
  }),
  flush: (publish) => flushSync(publish),
};

function valueOf({ value }) { return value; }

function components(useHandler, useValue) {
  const Listening = ({ sink }) => {
    useHandler((data) => { sink.sum += data.value; });
    return null;
  };
  const Showing = () => createElement('output', null, useValue());
  return {
    listen: (count, sink) => mount(count, Listening, { sink }),
    show: (count) => mount(count, Showing),
  };
}

function mount(count, component, props) {
  const target = document.createElement('div');
  document.body.append(target);
  flushSync(() => createRoot(target).render(Array.from({ length: count }, (_, key) => createElement(component, { key, ...props }))));
  return target;
}
