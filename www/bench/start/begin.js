/** Imported first: the moment at which the page's script begins to be evaluated. */
export const began = performance.now();
