import { call, get } from './nodes.js';

interface Watched {
  /** Was in a document: only what was there can be removed from it. */
  connected: boolean;
  readonly ends: Set<() => void>;
}

const owners = new Map<Node, Watched>();
// One observer for all trees: what is observed then holds the observer, and goes when nobody else holds it.
let observer: MutationObserver | undefined;
let roots = new WeakSet<Node>();
const windows = new WeakSet<Window>();

/**
 * Calls `end` when `owner` has been taken out of its document, or the frame of that document out of its own (D12); the
 * result stops watching. An element that is moved, so that it is back before observers are called, keeps what it owns.
 */
export function whenRemoved(owner: Node, end: () => void): () => void {
  let watched = owners.get(owner);
  if (watched === undefined) owners.set(owner, watched = { connected: isAttached(owner), ends: new Set() });
  const { ends } = watched;
  ends.add(end);
  observe(owner);
  return () => {
    ends.delete(end);
    if (ends.size === 0 && owners.get(owner)?.ends === ends) owners.delete(owner);
    if (owners.size > 0) return;
    observer?.disconnect();
    roots = new WeakSet();
  };
}

/** Whether a node is in a document that is shown: also that of a frame, which is in such a document itself. */
export function isAttached(node: Node): boolean {
  for (let at = node; ;) {
    if (!get(at, 'isConnected')) return false;
    const of = documentOf(at);
    if (of === document) return true;
    const view = get(of, 'defaultView');
    if (view === null) return false;
    const { frameElement } = view;
    if (frameElement === null) return true; // a window of its own, or of another origin
    at = frameElement;
  }
}

const documentOf = (node: Node): Document => get(node, 'ownerDocument') ?? node as Document;

// The documents and shadow trees that the owner is in: to an observer each is a tree of its own.
function observe(owner: Node): void {
  watch(documentOf(owner)); // which it may get into
  for (let node: Node | null = owner; node !== null;) {
    const root: Node = call(node, 'getRootNode');
    if (get(root, 'nodeType') === Node.DOCUMENT_FRAGMENT_NODE && 'host' in root) {
      watch(root);
      node = root.host as Node;
    } else {
      const of = documentOf(root);
      watch(of);
      const view = of === document ? null : get(of, 'defaultView');
      if (view !== null) leaving(view);
      node = view?.frameElement ?? null;
    }
  }
}

function watch(root: Node): void {
  if (roots.has(root)) return;
  roots.add(root);
  observer ??= new MutationObserver(sweep);
  observer.observe(root, { childList: true, subtree: true });
}

/** A frame goes to another page: no tree changes by that. */
function leaving(view: Window): void {
  if (windows.has(view)) return;
  windows.add(view);
  view.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) return;
    for (const [owner, { ends }] of owners) if (documentOf(owner) === view.document) for (const end of [...ends]) end();
  });
}

function sweep(): void {
  for (const [owner, watched] of owners) {
    if (isAttached(owner)) {
      watched.connected = true;
      observe(owner);
    } else if (watched.connected) {
      for (const end of [...watched.ends]) end();
    }
  }
}
