import { pageBus, type Bus } from 'trolleybus';
import { Bindings } from './bindings.js';
import { defineBusTopic } from './element.js';
import { Publisher } from './publish.js';
import { Topics } from './topics.js';

const started = new WeakMap<Node, () => void>();

/**
 * Joins the `data-bus-*` attributes of a document, or of a shadow root, to a bus, the page's when left out: of what is
 * there and of what comes, until that is removed. Nothing of it is ever evaluated. The result ends it; a second call for
 * the same root is the first one.
 */
export function start(root: Document | ShadowRoot = document, bus: Bus<any, any> = pageBus()): () => void {
  const running = started.get(root);
  if (running !== undefined) return running;
  const topics = new Topics(bus), bindings = new Bindings(topics), publisher = new Publisher(root, bus, bindings);
  const observer = new MutationObserver((changes) => {
    let removed = false;
    for (const { addedNodes, removedNodes } of changes) {
      removed ||= removedNodes.length > 0;
      for (const node of addedNodes) {
        if (!(node instanceof Element) || !node.isConnected) continue;
        bindings.bind(node);
        publisher.learn(node);
      }
    }
    if (removed) topics.sweep();
  });
  observer.observe(root, { childList: true, subtree: true });
  if (root === document) defineBusTopic(topics);
  bindings.bind(root);
  publisher.learn(root);
  const stop = (): void => {
    observer.disconnect();
    publisher.close();
    topics.close();
    started.delete(root);
  };
  started.set(root, stop);
  return stop;
}
