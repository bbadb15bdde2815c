/** The global object of another realm: of a frame, or in Node of a `vm` context. */
export async function realm() {
  if (typeof document === 'object') {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return frame.contentWindow;
  }
  const { runInNewContext } = await import('node:vm');
  return runInNewContext('globalThis');
}
