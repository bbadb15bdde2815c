import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { assert } from 'chai';

const dist = new URL('../../dist/', import.meta.url);
const ended = new URL('suites/ended.mjs', import.meta.url);

// The program keeps its bus, and goes through all that a subscription may be waiting for.
const program = (start) => `
import { createBus } from '${dist}trolleybus.js';
import { ENDINGS } from '${ended}';
const HOUR = 3_600_000;
const bus = createBus({ start: '${start}', onError({ error }) { throw error; } });
if ('${start}' === 'now') await bus.ready;
const never = () => new Promise(() => {});
const fail = () => { throw new Error('broken'); };
const alive = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout' || resource === 'Immediate').length;
const left = {};
const kinds = {
  timed: [never, { timeout: HOUR }],
  ...'${start}' === 'now' && {
    'in a queue': [never, { concurrency: 1, timeout: HOUR }], retried: [fail, { retry: { backoff: { initial: HOUR } } }], debounced: [never, { debounce: HOUR }],
    throttled: [never, { throttle: HOUR }], framed: [never, { frame: true }], deduped: [never, { dedupe: { window: HOUR }, timeout: HOUR }], grouped: [fail, { queue: 'q', retry: { backoff: { initial: HOUR } } }],
  },
};
const { 'the end of the bus': close, ...ways } = ENDINGS;
for (const [how, subscribe] of Object.entries(ways)) {
  for (const [what, [handler, options]] of Object.entries(kinds)) {
    for (const once of [false, true]) {
      const end = subscribe(bus, 'a', handler, { ...options, once });
      bus.publish('a');
      bus.publish('a');
      end();
      if (alive() > 0) left[how + ', ' + what + (once ? ', once' : '')] = alive();
    }
  }
}
bus.respond('ask', never)();
bus.respond('ask', () => 1);
await bus.request('ask', undefined, { timeout: HOUR });
const events = bus.events('a', ${start === 'now' ? '{ debounce: HOUR }' : '{}'});
bus.publish('a');
await events.return();
if (alive() > 0) left.events = alive();
console.log(JSON.stringify(left));
`;

/** Once its subscriptions have ended, whatever they had been waiting for. */
async function endsByItself(start) {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program(start)], { timeout: 60_000 });
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), {});
}

describe('D12', () => {
  test('a program of Node ends by itself: without Go', () => endsByItself('demand'));
  test('a program of Node ends by itself: with Go', () => endsByItself('now'));
});
