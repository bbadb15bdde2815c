import { get, call } from './dom.js';

interface Watched {
  /** Was in a document: only what was there can be removed from it. */
  connected: boolean;
  readonly ends: Set<() => void>;
}

const owners = new Map<Node, Watched>();
const roots = new Map<Node, MutationObserver>();

/**
 * Calls `end` when `owner` has been taken out of its document (D12); the result stops watching. An element that is
 * moved, so that it is back before observers are called, keeps what it owns.
 */
export function whenRemoved(owner: Node, end: () => void): () => void {
  let watched = owners.get(owner);
  if (watched === undefined) owners.set(owner, watched = { connected: get(owner, 'isConnected'), ends: new Set() });
  const { ends } = watched;
  ends.add(end);
  observe(owner);
  return () => {
    ends.delete(end);
    if (ends.size === 0 && owners.get(owner)?.ends === ends) owners.delete(owner);
    if (owners.size === 0) forgetRoots();
  };
}

// The document, and the shadow trees that the owner is in: to an observer each is a tree of its own.
function observe(owner: Node): void {
  for (let node: Node | null = owner; node !== null;) {
    const root: Node = call(node, 'getRootNode');
    watch(root instanceof ShadowRoot || root === document ? root : document);
    node = root instanceof ShadowRoot ? root.host : null;
  }
}

function watch(root: Node): void {
  if (roots.has(root)) return;
  const observer = new MutationObserver(sweep);
  observer.observe(root, { childList: true, subtree: true });
  roots.set(root, observer);
}

function sweep(): void {
  for (const [owner, watched] of owners) {
    if (get(owner, 'isConnected')) {
      if (!watched.connected) observe(owner);
      watched.connected = true;
    } else if (watched.connected) {
      for (const end of [...watched.ends]) end();
    }
  }
}

function forgetRoots(): void {
  for (const observer of roots.values()) observer.disconnect();
  roots.clear();
}
