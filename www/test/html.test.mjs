import { test } from 'node:test';
import { assert } from 'chai';
import { start } from '../../dist/html.js';

test('attributes on a server: nothing happens, and there is no bus', () => {
  const stop = start();
  stop();
  assert.isUndefined(globalThis[Symbol.for('trolleybus/1')]?.bus);
});
