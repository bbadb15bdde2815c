import { EventEmitter } from 'node:events';
import { createBus } from 'trolleybus';

const emitter = new EventEmitter(), target = new EventTarget(), bus = createBus({ onError: () => {} });
const kinds = {
  EventEmitter: { on: (type, handler) => emitter.on(type, handler), emit: (type) => emitter.emit(type) },
  EventTarget: { on: (type, handler) => target.addEventListener(type, handler), emit: (type) => target.dispatchEvent(new Event(type)) },
  bus: { on: (type, handler) => bus.subscribe(type, handler), emit: (type) => bus.publish(type) },
};
process.on('uncaughtException', () => {}); // where EventTarget reports what a listener throws

for (const [kind, { on, emit }] of Object.entries(kinds)) {
  const log = [];
  on('order.placed', () => emit('order.paid'));
  on('order.placed', () => { throw new Error('no paper'); });
  on('order.placed', () => log.push('placed'));
  on('order.paid', () => log.push('paid'));
  try {
    emit('order.placed');
  } catch (error) {
    log.push(`the publisher gets "${error.message}"`);
  }
  console.log(`${kind}: ${log.join(', ')}`);
}
await bus.close();

// Output:
// EventEmitter: paid, the publisher gets "no paper"
// EventTarget: paid, placed
// bus: placed, paid
