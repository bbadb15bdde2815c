/** The table of options (bus/options.json) by the calls that take them, with what all features add. */
export function callsOf({ numbers, moreNumbers, texts, requests, policies, keeping, schemas, cloudevents, bridgeMap, lastEvent, expectedEvent, ...others }) {
  const features = [policies, keeping, schemas, cloudevents];
  const calls = { ...others, ...requests, redrive: policies.redrive, 'bridge map': bridgeMap, 'last event': lastEvent, 'expected event': expectedEvent };
  for (const call of ['publish', 'subscribe', 'events', 'topic']) calls[call] = Object.assign({}, others[call], ...features.map((feature) => feature[call]));
  return { numbers: { ...numbers, ...moreNumbers }, texts, ...calls };
}
