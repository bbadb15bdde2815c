import { createBus } from 'trolleybus';
import { domCases } from './dom.js';
import { drive } from './drive.js';
import { managedCases } from './managed.js';
import { observeCases } from './observe.js';
import { plainCases } from './plain.js';
import { policyCases } from './policies.js';
import { requestCases } from './request.js';
import { subscribeCases } from './subscribe.js';
import { topicCases } from './topics.js';
import { wildcardCases } from './wildcard.js';

const onError = ({ error }) => { throw error; };

/**
 * One bus, as on a page: Go is up, and a Go program of the page's own is in it. The topics that are published once have
 * a bus without the thousand patterns of another case.
 */
async function makeCases() {
  const bus = createBus({ wasm: 'component.wasm', onError });
  const sensors = createBus({ onError });
  await Promise.all([bus.ready, sensors.ready]);
  return [
    ...plainCases(bus), ...await observeCases(), ...wildcardCases(bus), ...topicCases(sensors),
    ...managedCases(bus), ...policyCases(bus), ...requestCases(bus), ...subscribeCases(bus), ...domCases(bus),
  ];
}

drive(makeCases);
