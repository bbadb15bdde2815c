declare module 'go:wasm_exec' {
  export const goVersion: string;
  export function evaluate(): unknown;
}
