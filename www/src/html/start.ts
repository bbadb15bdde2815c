import type { CoreBus } from 'trolleybus';
import { call, get } from '../dom/nodes.js';
import { defineBusTopic, refreshBusTopics } from './bus-topic.js';
import { View } from './view.js';

/** What is started where, by all copies of the package. */
const STARTED = Symbol.for('trolleybus/1.html');

const views = new Set<View>();

/**
 * Lets the attributes under a root publish and show events of a bus, those of content that is added later too. A shadow
 * tree is a root of its own.
 * @returns what ends it. A root that is started already stays as it is, and the result is that of the first time.
 */
export function startHtml(root: Node, bus: CoreBus): () => void {
  const started = root as { [STARTED]?: (() => void) | undefined }, { [STARTED]: before } = started;
  if (typeof before === 'function') return before;
  return started[STARTED] = begin(root, bus, () => started[STARTED] = undefined);
}

function begin(root: Node, bus: CoreBus, ended: () => void): () => void {
  let view: View | undefined;
  const show = (): void => {
    views.add(view = new View(root, bus));
    defineBusTopic((element) => [...views].find(({ root }) => call(root, 'contains', element)) ?? [...views][0]);
    refreshBusTopics();
  };
  // Half a template is none.
  const loading = get(document, 'readyState') === 'loading';
  if (loading) call(document, 'addEventListener', 'DOMContentLoaded', show, { once: true });
  else show();
  return () => {
    call(document, 'removeEventListener', 'DOMContentLoaded', show);
    ended();
    if (view === undefined || !views.delete(view)) return;
    view.close();
    refreshBusTopics();
  };
}
