import { Random } from '../random.mjs';
import { times } from './effort.mjs';

const TOPICS = ['p.a', 'p.b', 'p.a.c'], PATTERNS = [...TOPICS, 'p.*', 'p.>', '*.a'];
const MEMBERS = ['interest', 'accepted', 'delivering', 'delivered', 'dropped', 'dead', 'redriven', 'discarded', 'retained', 'replayed', 'answered'];
const LEFT = 60;

/** A program: what is subscribed, published, asked and ended, at the top and in handlers. */
function draw(random) {
  const steps = (depth) => random.list(() => step(depth), depth === 0 ? 14 : 3);
  const step = (depth) => random.pick([
    () => ['publish', random.pick(TOPICS)], () => ['publish', random.pick(TOPICS)], () => ['request', random.pick(TOPICS)], () => ['end', random.integer(0, 5)], () => ['dispatch', random.pick(TOPICS)], () => ['emit', random.pick(TOPICS)],
    () => depth > 1 ? ['publish', random.pick(TOPICS)] : ['subscribe', random.pick(PATTERNS), {
      once: random.chance(0.2), filter: random.chance(0.2), replay: random.chance(0.2), responder: random.chance(0.2), name: random.chance(0.3),
      fails: random.pick(['', '', '', 'throws', 'rejects', 'resolves']),
    }, steps(depth + 1)],
  ])();
  return [['subscribe', random.pick(PATTERNS), { fails: '' }, steps(1)], ...steps(0)];
}

/** Plays it; what handlers, and `onError`, saw. */
async function play(program, make, { mitt, settled }, watch) {
  const log = [], subscriptions = [];
  const bus = await make({ onError: ({ error, topic, pattern, name }) => log.push(`failed ${topic} ${pattern} ${name} ${error.code ?? error.message}`) });
  const account = watch(bus), emitter = mitt(undefined, { bus });
  let left = LEFT, number = 0;
  for (const topic of TOPICS) {
    bus.topic(topic, { retain: true });
    bus.target.addEventListener(topic, ({ detail }) => log.push(`target ${topic} ${detail}`));
    emitter.on(topic, (data) => { log.push(`mitt ${topic} ${data}`); });
  }
  const perform = (steps) => {
    for (const [verb, on, options, nested] of steps) {
      if (left-- <= 0) return;
      try {
        if (verb === 'publish') bus.publish(on, ++number);
        else if (verb === 'emit') emitter.emit(on, ++number);
        else if (verb === 'dispatch') bus.target.dispatchEvent(new CustomEvent(on, { detail: ++number }));
        else if (verb === 'request') bus.request(on, ++number, { timeout: 5 }).then((reply) => log.push(`replied ${on} ${reply}`), (error) => log.push(`refused ${on} ${error.code}`));
        else if (verb === 'end') subscriptions[on]?.();
        else subscribe(on, options, nested);
      } catch (error) {
        log.push(`${verb} ${on} threw ${error.code}`);
      }
    }
  };
  const subscribe = (pattern, { once, filter, replay, responder, name, fails }, nested) => {
    const id = subscriptions.length;
    const handler = (data, { topic, seq }) => {
      log.push(`s${id} ${topic} ${data} ${typeof seq}`);
      perform(nested);
      if (fails === 'throws') throw new Error(`of s${id}`);
      if (fails === 'rejects') return Promise.reject(new Error(`later of s${id}`));
      return fails === 'resolves' ? Promise.resolve(id) : responder ? id : undefined;
    };
    const given = { ...once && { once }, ...filter && { filter: (data) => data % 2 === 0 }, ...name && { name: `n${id}` } };
    subscriptions.push(responder ? bus.respond(pattern, handler, given) : bus.subscribe(pattern, handler, { ...given, ...replay && { replay: 1 } }));
  };
  perform(program);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await settled();
  const { published, delivered, failed, dropped } = bus.stats();
  const wrong = account({ published });
  await bus.close();
  return [...log, `published ${published}, delivered ${delivered}, failed ${failed}, dropped ${dropped}`, ...wrong];
}

/** An observer that keeps account: each call that begins ends once, and each event that was accepted was published. */
function accounting(bus) {
  const open = new Map(), wrong = [];
  let accepted = 0;
  bus.observe({
    accepted: () => { accepted++; },
    delivering: (event, { id }, { attempt }) => { open.set(`${event.seq}/${id}/${attempt}`, (open.get(`${event.seq}/${id}/${attempt}`) ?? 0) + 1); },
    delivered: (event, { id }, { attempt, duration }) => {
      const key = `${event.seq}/${id}/${attempt}`;
      if (!open.get(key)) wrong.push(`${key} ended without having begun`);
      open.set(key, open.get(key) - 1);
      if (!(duration >= 0)) wrong.push(`duration ${duration}`);
    },
  });
  return ({ published }) => {
    for (const [key, n] of open) if (n !== 0) wrong.push(`${key} has not ended`);
    if (accepted !== published) wrong.push(`${accepted} accepted, ${published} published`);
    return wrong;
  };
}

/** Random programs do the same with observers, whatever these do, as without. */
export function observedPrograms(test, assert, make, { rounds, ...kit }) {
  const observers = {
    'that keep account': accounting,
    'that throw': (bus) => {
      // Their reports are events, too: not those of the program.
      bus.observe(Object.fromEntries(MEMBERS.map((name) => [name, () => { throw new Error('observer'); }])));
      return () => [];
    },
    'that come and go': (bus) => {
      let stop = bus.observe({});
      const next = () => { stop(); stop = bus.observe({ delivering: next, accepted: next }); };
      next();
      return () => [];
    },
  };
  for (const [how, watch] of Object.entries(observers)) {
    test(`random programs do the same with observers ${how} as without`, async () => {
      for (let seed = 1; seed <= times(rounds); seed++) {
        const program = draw(new Random(seed + how.length * 1000));
        const [without, observed] = [await play(program, make, kit, () => () => []), await play(program, make, kit, watch)];
        const own = (line) => !/observe .*observer$/.test(line);
        const counts = (line) => how === 'that throw' ? line.replace(/^(published).*|failed \d+,/, '$1') : line;
        assert.deepEqual(observed.filter(own).map(counts), without.map(counts), `seed ${seed}: ${JSON.stringify(program)}`);
      }
    });
  }
}
