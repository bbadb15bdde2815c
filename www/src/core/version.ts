declare const __VERSION__: string;

/** The version of this package, for example `0.1.0`. */
export const version: string = __VERSION__;
