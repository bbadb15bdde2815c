import type { CoreBus } from 'trolleybus';
import { call, get, isElement, set } from '../dom/nodes.js';
import { is } from './form.js';
import { textOf } from './format.js';
import { guard, setAttribute } from './guard.js';
import { parseJSON, parsePlace, read } from './path.js';
import { checkData, Publisher } from './publish.js';
import { forget, report, wrong } from './report.js';
import { itemOf, List } from './template.js';
import { Topics } from './topics.js';

const PREFIX = 'data-bus-';

/** What attributes say more of, one of which has to be beside them. Templates mark what they make with "item". */
const MORE: Readonly<Record<string, readonly string[]>> = {
  data: ['publish'], on: ['publish'], key: ['template'], format: ['text', 'attr-NAME'], initial: ['text', 'attr-NAME', 'class-NAME', 'template'], item: [],
};
const ALL = ['publish', 'text', 'attr-NAME', 'class-NAME', 'template', ...Object.keys(MORE)];
const names = (list: readonly string[]): string => list.map((name) => PREFIX + name).join(', ');

/** The elements under a root whose attributes name topics. */
export class View {
  private readonly topics: Topics;
  private readonly publisher: Publisher;
  private readonly bound = new Map<Element, (() => void)[]>();
  private readonly observer: MutationObserver;

  constructor(readonly root: Node, private readonly bus: CoreBus) {
    this.topics = new Topics(bus);
    this.publisher = new Publisher(root, bus);
    this.observer = new MutationObserver((records) => this.changed(records));
    this.observer.observe(root, { childList: true, subtree: true, attributes: true });
    this.add(root);
  }

  close(): void {
    this.observer.disconnect();
    this.publisher.close();
    for (const element of [...this.bound.keys()]) this.release(element);
  }

  /** Binds a node and all below it; what is bound stays so. */
  add(node: Node): void {
    for (const element of elementsOf(node)) if (!this.bound.has(element)) this.bind(element);
  }

  remove(node: Node): void {
    for (const element of elementsOf(node)) this.release(element);
  }

  /** Calls `show` with what an attribute names, now and with each event; the result ends it. */
  follow(element: Element, attribute: string, place: string, show: (value: unknown) => void): () => void {
    try {
      const parsed = parsePlace(place);
      const begin = this.initial(element);
      const source = parsed.topic === '' ? itemOf(element) : this.topics.get(parsed.topic);
      const update = (data: unknown): void => {
        try {
          show(read(data, parsed));
        } catch (error) {
          report(element, attribute, error);
        }
      };
      const off = source.join(() => update(source.data));
      if (source.known) update(source.data);
      else if (begin !== undefined) update(begin);
      return off;
    } catch (error) {
      report(element, attribute, error);
      return () => {};
    }
  }

  /** `data-bus-initial`; what is wrong with it is said of it alone. */
  private initial(element: Element): unknown {
    const attribute = `${PREFIX}initial`, text = call(element, 'getAttribute', attribute);
    try {
      return text === null ? undefined : parseJSON(text);
    } catch (error) {
      return report(element, attribute, error);
    }
  }

  private bind(element: Element): void {
    const ends: (() => void)[] = [];
    for (const name of call(element, 'getAttributeNames')) {
      if (!name.startsWith(PREFIX)) continue;
      try {
        this.bound.set(element, ends);
        ends.push(...this.bindAttribute(element, name, call(element, 'getAttribute', name)!));
      } catch (error) {
        report(element, name, error);
      }
    }
  }

  private bindAttribute(element: Element, attribute: string, place: string): (() => void)[] {
    const [, kind, name] = /^(text|template|publish|attr-(?=.)|class-(?=.))?(.*)$/.exec(attribute.slice(PREFIX.length))!;
    const text = (value: unknown): string => textOf(value, call(element, 'getAttribute', `${PREFIX}format`), element);
    const follow = (show: (value: unknown) => void): (() => void)[] => [this.follow(element, attribute, place, show)];
    switch (kind && (kind.endsWith('-') || name === '') ? kind : '') {
      case 'publish':
        this.publisher.listen(element);
        this.bus.topic(place.trim()); // throws what is wrong with it, before anybody clicks
        return [];
      case 'text':
        guard(element);
        return follow((value) => setText(element, text(value)));
      case 'attr-':
        guard(element, name);
        return follow((value) => setAttribute(element, name!, value, text(value)));
      case 'class-':
        return follow((value) => get(element, 'classList').toggle(name!, Boolean(value)));
      case 'template': {
        if (!is(element, 'template')) throw new TypeError('only a <template> can have this attribute');
        const list = new List(this, element);
        return [...follow((value) => list.show(value)), () => list.clear()];
      }
      default:
        this.check(element, attribute.slice(PREFIX.length), place);
        return [];
    }
  }

  /** An attribute that binds nothing by itself. */
  private check(element: Element, name: string, value: string): void {
    const beside = Object.hasOwn(MORE, name) ? MORE[name]! : undefined;
    if (beside === undefined) throw wrong(`one of ${names(ALL)}`, PREFIX + name);
    if (name === 'data') checkData(value);
    if (name === 'initial' && get(element, 'localName') === 'bus-topic' || beside.length === 0) return;
    const has = (one: string): boolean => call(element, 'getAttributeNames').some((other) => one.endsWith('NAME') ? other.startsWith(PREFIX + one.slice(0, -4)) : other === PREFIX + one);
    if (!beside.some(has)) throw wrong(`${names(beside).replaceAll(', ', ' or ')} beside it`, undefined);
  }

  private release(element: Element): void {
    const ends = this.bound.get(element);
    this.bound.delete(element);
    ends?.forEach((end) => end());
  }

  private changed(records: readonly MutationRecord[]): void {
    const altered = new Set<Element>();
    for (const { target, attributeName, removedNodes, addedNodes } of records) {
      if (attributeName?.startsWith(PREFIX)) {
        forget(target as Element, attributeName);
        altered.add(target as Element);
      }
      // What is back, or somewhere else under the root, was moved.
      for (const node of removedNodes) if (!call(this.root, 'contains', node)) this.remove(node);
      for (const node of addedNodes) if (call(this.root, 'contains', node)) this.add(node);
    }
    for (const element of altered) {
      const before = this.bound.get(element);
      this.bound.delete(element);
      if (call(this.root, 'contains', element)) this.bind(element);
      before?.forEach((end) => end()); // last, so that the event of the topic is still known
    }
  }
}

export function setText(element: Element, text: string): void {
  if (get(element, 'textContent') !== text) set(element, 'textContent', text);
}

function elementsOf(node: Node): Element[] {
  const below = 'querySelectorAll' in node ? call(node as ParentNode, 'querySelectorAll', '*') : [];
  return isElement(node) ? [node, ...below] : [...below];
}
