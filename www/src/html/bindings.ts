import { report } from './report.js';
import { Template } from './template.js';
import type { Topics } from './topics.js';
import { textOf, valueAt } from './values.js';

/** Data of the template that an element was made by. */
export interface Scope {
  data: unknown;
  readonly updates: (() => void)[];
}

const PREFIX = 'data-bus-';
/** Attributes that are read when something is published. */
const PASSIVE = /^data-bus-(publish|data|on|key)$/;
/** What could run as code, or changes how all of it is read. */
const FORBIDDEN = /^(on.*|srcdoc|style|is|data-bus-.*)$/;
const ADDRESS = /^(href|src|action|formaction|poster|data|ping|xlink:href|background|cite|manifest)$/;
const SAFE_ADDRESS = /^(?:(?:https?|mailto|tel|ftp|blob):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i;

/** Joins the attributes of elements to topics. */
export class Bindings {
  private readonly bound = new WeakSet<Element>();
  private readonly scopes = new WeakMap<Node, Scope>();

  constructor(private readonly topics: Topics) {}

  /** Binds an element or document and what is in it; what is bound stays so. */
  bind(root: Node): void {
    if (root instanceof Element) this.bindOne(root);
    const found = document.evaluate(`.//*[@*[starts-with(name(), '${PREFIX}')]]`, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
    for (let i = 0; i < found.snapshotLength; i++) this.bindOne(found.snapshotItem(i) as Element);
  }

  /** The scope that an element is in. */
  scopeOf(element: Node | null): Scope | undefined {
    for (let node = element; node !== null; node = node.parentNode) {
      const scope = this.scopes.get(node);
      if (scope !== undefined) return scope;
    }
    return undefined;
  }

  enter(node: Node, scope: Scope): void {
    this.scopes.set(node, scope);
  }

  private bindOne(element: Element): void {
    if (this.bound.has(element)) return;
    this.bound.add(element);
    for (const { name, value } of [...element.attributes]) {
      if (!name.startsWith(PREFIX) || PASSIVE.test(name)) continue;
      try {
        this.join(element, value, this.shower(element, name));
      } catch (error) {
        report(element, name, error);
      }
    }
  }

  /** `topic path`, or `.path` in what a template has made. */
  private join(element: Element, value: string, show: (value: unknown) => void): void {
    const [topic = '', path = '', more] = value.trim().split(/\s+/);
    if (more !== undefined) throw new SyntaxError('expected a topic and a path');
    if (!topic.startsWith('.')) {
      // It may come back.
      return this.topics.add(topic, { element, show: (data) => show(valueAt(data, path)), ended: () => this.bound.delete(element) });
    }
    const scope = this.scopeOf(element);
    if (scope === undefined) throw new SyntaxError('a path that begins with a dot belongs into a template');
    const update = (): void => show(valueAt(scope.data, topic.slice(1)));
    scope.updates.push(update);
    update();
  }

  /** What an attribute does with a value. */
  private shower(element: Element, attribute: string): (value: unknown) => void {
    const [kind, name] = split(attribute.slice(PREFIX.length));
    if (kind === 'text') {
      return (value) => {
        const text = textOf(value);
        if (element.textContent !== text) element.textContent = text;
      };
    }
    if (kind === 'class' && name !== '') return (value) => void element.classList.toggle(name, Boolean(value));
    if (kind === 'attr' && name !== '') {
      if (FORBIDDEN.test(name)) throw new TypeError(`${name} is not set from events, since it can change what the page does`);
      return (value) => setAttribute(element, attribute, name, value);
    }
    if (kind === 'template') {
      if (!(element instanceof HTMLTemplateElement)) throw new TypeError('it belongs on a <template>');
      if (element.parentElement === null && this.scopeOf(element) !== undefined) throw new TypeError('a template in a template belongs into an element');
      const template = new Template(element, this);
      return (value) => template.show(value);
    }
    throw new SyntaxError('no such attribute; there are data-bus-publish, -data, -on, -text, -attr-NAME, -class-NAME, -template and -key');
  }
}

function split(name: string): [kind: string, rest: string] {
  const i = name.indexOf('-');
  return i < 0 ? [name, ''] : [name.slice(0, i), name.slice(i + 1)];
}

/** `true` is an attribute without a value; false, null and undefined none. */
function setAttribute(element: Element, attribute: string, name: string, value: unknown): void {
  if (value === null || value === undefined || value === false) return element.removeAttribute(name);
  const text = value === true ? '' : textOf(value);
  // Browsers skip white space and control characters in a scheme.
  if (ADDRESS.test(name) && text !== '' && !SAFE_ADDRESS.test(text.replace(/[\u0000-\u0020\u007f-\u009f]/g, ''))) {
    element.removeAttribute(name);
    return report(element, attribute, new TypeError(`${JSON.stringify(text.slice(0, 40))} is no address that may be set from an event`));
  }
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}
