import { call, get, isElement } from '../dom/nodes.js';
import { parsePath, read } from './path.js';
import { report } from './report.js';
import { Source } from './source.js';

/** Marks what a template has made, also that of an earlier page or of the server: the first event replaces it. */
const MADE = 'data-bus-item';

/** Who binds what a template makes. */
interface Binder {
  add(node: Node): void;
  remove(node: Node): void;
}

/** One clone of a template and its item. */
interface Instance {
  readonly item: Source;
  readonly nodes: readonly ChildNode[];
}

const items = new WeakMap<Node, Source>();
const lists = new WeakMap<Node, List>();

/** The item of the template that an element is in. */
export function itemOf(element: Element): Source {
  for (let node: Node | null = element; node !== null; node = get(node, 'parentNode')) {
    const item = items.get(node);
    if (item !== undefined) return item;
  }
  throw new SyntaxError('a path without a topic names part of an item, and this element is not inside a data-bus-template');
}

/** What a template shows behind itself: a clone for each item of an array, or one for what is no array, or none. */
export class List {
  private instances = new Map<unknown, Instance>();
  private earlier: Element[] = [];
  private rendering = false;
  private next: readonly unknown[] | undefined;

  constructor(private readonly view: Binder, private readonly template: HTMLTemplateElement) {
    lists.set(template, this);
    for (let node = template.nextElementSibling; node !== null && call(node, 'hasAttribute', MADE); node = get(node, 'nextElementSibling')) this.earlier.push(node);
  }

  show(value: unknown): void {
    this.next = Array.isArray(value) ? value : value === undefined || value === null || value === false ? [] : [value];
    // An element that comes to life may publish what changes the list.
    if (this.rendering) return;
    this.rendering = true;
    try {
      while (this.next !== undefined) {
        const values: readonly unknown[] = this.next;
        this.next = undefined;
        this.render(values);
      }
    } finally {
      this.rendering = false;
    }
  }

  private render(values: readonly unknown[]): void {
    if (this.template.parentNode === null) return;
    for (const element of this.earlier.splice(0)) call(element, 'remove');
    const named = this.template.getAttribute('data-bus-key');
    const path = parsePath(named ?? '');
    const before = this.instances;
    this.instances = new Map();
    values.forEach((data, i) => {
      let key: unknown = named === null ? i : read(data, path);
      if (this.instances.has(key)) {
        report(this.template, 'data-bus-key', new RangeError(`several items have the key ${String(key)}; name a path whose values are unique`));
        key = Symbol();
      }
      const known = before.get(key);
      before.delete(key);
      known?.item.set(data);
      this.instances.set(key, known ?? this.make(data));
    });
    before.forEach((instance) => this.drop(instance));
    let at: ChildNode = this.template;
    for (const node of this.nodes()) {
      if (get(at, 'nextSibling') !== node) call(at, 'after', node);
      at = node;
    }
  }

  private make(data: unknown): Instance {
    const item = new Source();
    item.set(data);
    const content = call(this.template.ownerDocument, 'importNode', this.template.content, true) as DocumentFragment;
    const nodes = [...content.childNodes];
    for (const node of nodes) {
      items.set(node, item);
      if (isElement(node)) call(node, 'setAttribute', MADE, '');
    }
    // At once, so that nobody sees it without its data.
    for (const node of nodes) this.view.add(node);
    return { item, nodes };
  }

  private drop({ nodes }: Instance): void {
    for (const node of nodes) {
      this.view.remove(node);
      call(node, 'remove');
    }
  }

  /** In order, with what templates among them have made. */
  private *nodes(): Generator<ChildNode> {
    for (const { nodes } of this.instances.values()) {
      for (const node of nodes) {
        yield node;
        const list = lists.get(node);
        if (list !== undefined) yield* list.nodes();
      }
    }
  }

  clear(): void {
    if (lists.get(this.template) === this) lists.delete(this.template);
    this.instances.forEach((instance) => this.drop(instance));
    this.instances.clear();
  }
}
