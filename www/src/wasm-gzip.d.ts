/** Made by tools/inline.mjs: the program, compressed with gzip and written as base64. */
declare module 'wasm:gzip' {
  const program: string;
  export default program;
}
