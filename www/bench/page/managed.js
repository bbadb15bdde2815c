import { data, MASK, newSink, sumOf, taker } from './work.js';

/**
 * JavaScript publishes, one subscriber in Go gets the data and adds it up, against a js.FuncOf function of the same
 * program that gets the same data (see component/main.go).
 */
export function managedCases(bus) {
  const takeGo = () => {
    let sum;
    const off = bus.subscribe('sum.taken', (value) => { sum = value; });
    bus.publish('sum.take');
    off();
    return sum;
  };
  const numbers = data.map(({ value }) => value);
  const { event, number, object, reply } = globalThis.funcOf;
  const ratios = { 'js.FuncOf': 40 };
  return [
    {
      name: 'managed/event',
      budget: { ratios },
      note: 'the Go handler is called with the event, the js.FuncOf with topic and data; neither reads the data',
      expected: (n) => n,
      subjects: [
        { name: 'trolleybus', take: takeGo, run(n) { for (let i = 0; i < n; i++) bus.publish('go.event', data[i & MASK]); } },
        { name: 'js.FuncOf', take: takeGo, run(n) { for (let i = 0; i < n; i++) event('go.event', data[i & MASK]); } },
      ],
    },
    {
      name: 'managed/number',
      budget: { ratios },
      note: 'the Go handler decodes a number',
      expected: sumOf,
      subjects: [
        { name: 'trolleybus', take: takeGo, run(n) { for (let i = 0; i < n; i++) bus.publish('go.number', numbers[i & MASK]); } },
        { name: 'js.FuncOf', take: takeGo, run(n) { for (let i = 0; i < n; i++) number('go.number', numbers[i & MASK]); } },
      ],
    },
    {
      name: 'managed/object',
      note: 'the Go handler decodes {id, value} by encoding/json; the js.FuncOf reads the two properties',
      expected: sumOf,
      subjects: [
        { name: 'trolleybus', take: takeGo, run(n) { for (let i = 0; i < n; i++) bus.publish('go.object', data[i & MASK]); } },
        { name: 'js.FuncOf', take: takeGo, run(n) { for (let i = 0; i < n; i++) object('go.object', data[i & MASK]); } },
      ],
    },
    {
      name: 'managed/reply',
      note: 'the Go handler decodes a number and publishes it on another topic to JavaScript; the js.FuncOf invokes a function',
      expected: sumOf,
      subjects: [replyByBus(bus, numbers), replyByFunc(reply, numbers)],
    },
  ];
}

function replyByBus(bus, numbers) {
  const sink = newSink();
  bus.subscribe('go.replied', (value) => { sink.sum += value; });
  return { name: 'trolleybus', take: taker(sink), run(n) { for (let i = 0; i < n; i++) bus.publish('go.reply', numbers[i & MASK]); } };
}

function replyByFunc(reply, numbers) {
  const sink = newSink();
  const back = (value) => { sink.sum += value; };
  return { name: 'js.FuncOf', take: taker(sink), run(n) { for (let i = 0; i < n; i++) reply('go.reply', numbers[i & MASK], back); } };
}
