import { data, MASK, newSink, sumOf, taker } from './work.js';

/** Subscribers in JavaScript with policies, of which Go decides, beside the same subscriber without. */
export function policyCases(bus) {
  const retry = {}, dedupe = {};
  return [
    {
      name: 'policies/retry+dedupe+retain',
      budget: { under: 1500 },
      note: 'the topic keeps its last event; every event is new to the window of 10,000',
      expected: sumOf,
      subjects: [
        publisher(bus, 'trolleybus', 'policy.all', [{ retry, dedupe }], { retain: true }),
        publisher(bus, 'neither policies nor retained', 'policy.none', [{}]),
      ],
    },
    compared(bus, 'retry+dedupe', [{ retry, dedupe }]),
    compared(bus, 'retry', [{ retry }]),
    compared(bus, 'retry, wildcard', [{ retry }], '*'),
    {
      name: 'policies/queue group of two',
      note: 'each event goes to one of two members with retry',
      expected: sumOf,
      subjects: [
        publisher(bus, 'trolleybus', 'policy.queue', [{ queue: 'workers', retry }, { queue: 'workers', retry }]),
        publisher(bus, 'one subscriber without', 'policy.one', [{}]),
      ],
    },
  ];
}

function compared(bus, name, options, token = 'x') {
  const prefix = `policy.${name.replace(/\W+/g, '-')}`;
  return {
    name: `policies/${name}`,
    expected: sumOf,
    subjects: [
      publisher(bus, 'trolleybus', `${prefix}.x`, options, undefined, `${prefix}.${token}`),
      publisher(bus, 'without policies', `${prefix}.plain.x`, [{}], undefined, `${prefix}.plain.${token}`),
    ],
  };
}

/** Publishes to subscribers with these options, one for each. */
function publisher(bus, name, topic, options, declared, pattern = topic) {
  const sink = newSink();
  if (declared !== undefined) bus.topic(topic, declared);
  for (const each of options) bus.subscribe(pattern, (value) => { sink.sum += value.value; }, each);
  return { name, take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish(topic, data[i & MASK]); } };
}
