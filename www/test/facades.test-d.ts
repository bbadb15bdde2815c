// Types of the facades are those of mitt and of Node's events.
import mitt, { type Emitter, type EventType, type Handler, type WildcardHandler } from '../src/facades/mitt.js';
import EventEmitter, { on, once, type EventEmitter as AnEmitter } from '../src/facades/events/index.js';
import type { Bus } from '../src/public.js';

type Cart = { added: { id: string }; cleared: undefined; count: number | undefined };

export function mittTypes(bus: Bus): Emitter<Cart> {
  const cart = mitt<Cart>(undefined, { bus, topic: 'cart' });
  const added: Handler<Cart['added']> = ({ id }) => id.length;
  const all: WildcardHandler<Cart> = (type) => { const known: keyof Cart = type; return known; };
  cart.on('added', added);
  cart.on('*', all);
  cart.off('added');
  cart.emit('added', { id: '1' });
  cart.emit('cleared');
  cart.emit('count');
  // @ts-expect-error the data is missing
  cart.emit('added');
  // @ts-expect-error no such event
  cart.emit('removed', {});
  // @ts-expect-error the data is of another type
  cart.on('added', (data: number) => data);
  // @ts-expect-error no such option
  mitt(undefined, { name: 'cart' });
  const any: Emitter<Record<EventType, unknown>> = mitt();
  any.on(Symbol('x'), () => {});
  return cart;
}

interface Server { request: [path: string, status: number]; closed: [] }

export async function eventsTypes(bus: Bus): Promise<AnEmitter<Server>> {
  const server = new EventEmitter<Server>({ bus, topic: 'server', captureRejections: true });
  const said: boolean = server.on('request', (path, status) => path.length + status).once('closed', () => {}).emit('request', '/', 200);
  // @ts-expect-error an argument is missing
  server.emit('request', '/');
  // @ts-expect-error no such event
  server.on('opened', () => {});
  const [path] = await once(server, 'request');
  for await (const [other] of on(server, 'request')) if (other === path && said) break;
  class Untyped extends EventEmitter {}
  new Untyped().on('anything', (one, two) => one + two);
  EventEmitter.defaultMaxListeners = 20;
  return server;
}
