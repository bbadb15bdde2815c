/** How many handlers a set has. */
const COUNT = 100;

const shapes = {
  /** The data comes first: most libraries. */
  dataFirst: '(data) => { sink.sum += data.value; }',
  /** The topic comes first: pubsub-js. */
  dataSecond: '(topic, data) => { sink.sum += data.value; }',
  /** The data is in a DOM event. */
  detail: '(event) => { sink.sum += event.detail.value; }',
  /** The data is in an envelope: postal 3. */
  payload: '(envelope) => { sink.sum += envelope.payload.value; }',
};

/**
 * Lets the pages import 'bench:handlers': for each shape a function that makes 100 handlers, each a function of its
 * own in the source. Closures of one function would be inlined into the loops that call them, which does not happen
 * to the handlers of a real page.
 */
export const handlersPlugin = {
  name: 'bench:handlers',
  setup(build) {
    build.onResolve({ filter: /^bench:handlers$/ }, ({ path }) => ({ path, namespace: 'bench' }));
    build.onLoad({ filter: /.*/, namespace: 'bench' }, () => ({
      contents: Object.entries(shapes)
        .map(([name, source]) => `export function ${name}(sink) {\n  return [\n${`    ${source},\n`.repeat(COUNT)}  ];\n}\n`)
        .join(''),
    }));
  },
};
