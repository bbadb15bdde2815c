import { pageBus } from 'trolleybus';

/**
 * The page's bus, with the shop's component in Go. An editor knows the topics from the comment.
 * @type {import('trolleybus').Bus<import('../../shared/topics').Topics>}
 */
export const bus = pageBus({ wasm: new URL('component.wasm', document.baseURI) });
