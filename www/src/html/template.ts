import type { Bindings, Scope } from './bindings.js';
import { textOf, valueAt } from './values.js';

interface Item {
  readonly nodes: readonly ChildNode[];
  readonly scope: Scope;
}

/** What a <template> has made behind itself: one copy for each element of an array, or one of what is no array. */
export class Template {
  private items = new Map<string, Item>();

  constructor(private readonly template: HTMLTemplateElement, private readonly bindings: Bindings) {}

  /** Copies are kept by `data-bus-key`, a path, or by their place, and only change where their data do. */
  show(value: unknown): void {
    const list = Array.isArray(value) ? value : value === null || value === undefined || value === false ? [] : [value];
    const path = this.template.getAttribute('data-bus-key');
    const before = this.items, items = new Map<string, Item>();
    list.forEach((data, i) => {
      let key = path === null ? String(i) : textOf(valueAt(data, path));
      while (items.has(key)) key += ' '; // a key that comes twice
      const known = before.get(key);
      if (known !== undefined && known.nodes.every((node) => node.isConnected)) {
        before.delete(key);
        items.set(key, known);
        if (!Object.is(known.scope.data, data)) {
          known.scope.data = data;
          for (const update of known.scope.updates) update();
        }
      } else items.set(key, this.make(data));
    });
    for (const { nodes } of before.values()) for (const node of nodes) node.remove();
    this.items = items;
    this.place();
  }

  private make(data: unknown): Item {
    const scope: Scope = { data, updates: [] };
    const copy = document.importNode(this.template.content, true);
    const nodes = [...copy.childNodes];
    for (const node of nodes) this.bindings.enter(node, scope);
    for (const node of nodes) this.bindings.bind(node);
    return { nodes: [...copy.childNodes], scope };
  }

  /** In their order behind the template, without moving those that are there already. */
  private place(): void {
    let last: ChildNode = this.template;
    for (const { nodes } of this.items.values()) {
      for (const node of nodes) {
        if (last.nextSibling !== node) last.after(node);
        last = node;
      }
    }
  }
}
