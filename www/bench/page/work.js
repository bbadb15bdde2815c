/** What is published: small objects of one shape, made beforehand. */
export const data = Array.from({ length: 64 }, (_, i) => ({ id: i + 1, value: (i * 7) % 10 }));
export const MASK = 63;

const total = data.reduce((sum, { value }) => sum + value, 0);

/** The sum of the values in n publishes, one after the other, from the first of `data`. */
export function sumOf(n) {
  let sum = Math.floor(n / data.length) * total;
  for (let i = 0; i < n % data.length; i++) sum += data[i].value;
  return sum;
}

/** What handlers add to. */
export function newSink() {
  return { sum: 0 };
}

export function taker(sink) {
  return () => {
    const { sum } = sink;
    sink.sum = 0;
    return sum;
  };
}
