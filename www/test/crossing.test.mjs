import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossing, statedCrossing } from '../tools/crossing.mjs';

test('what Go states of the crossing is that of the files in which it is written', async () => {
  assert.equal(await statedCrossing(), (await crossing()).source, 'make crossing brings it up to date');
});
