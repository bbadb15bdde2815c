import type { Bus } from 'trolleybus';
import type { Bindings } from './bindings.js';
import { report } from './report.js';
import { controlValue, formValues, isControl, valueAt } from './values.js';

const PUBLISH = 'data-bus-publish', DATA = 'data-bus-data', ON = 'data-bus-on';

/** Publishes for the elements below a root: one listener for each kind of event, whatever comes and goes. */
export class Publisher {
  private readonly types = new Set<string>();

  constructor(private readonly root: Document | ShadowRoot, private readonly bus: Bus, private readonly bindings: Bindings) {
    for (const type of ['click', 'submit', 'input']) this.listen(type);
  }

  /** Hears of the events that elements name. */
  learn(root: ParentNode): void {
    for (const element of root.querySelectorAll(`[${ON}]`)) this.learnOf(element);
    if (root instanceof Element) this.learnOf(root);
  }

  close(): void {
    for (const type of this.types) this.root.removeEventListener(type, this.heard, true);
  }

  private learnOf(element: Element): void {
    const type = element.getAttribute(ON);
    if (type !== null && !this.types.has(type)) this.listen(type);
  }

  private listen(type: string): void {
    this.types.add(type);
    // Some events do not bubble.
    this.root.addEventListener(type, this.heard, true);
  }

  private readonly heard = (event: Event): void => {
    let element = event.target instanceof Element ? event.target.closest(`[${PUBLISH}]`) : null;
    for (; element !== null; element = element.parentElement?.closest(`[${PUBLISH}]`) ?? null) {
      if ((element.getAttribute(ON) ?? usual(element)) === event.type) this.publish(element, event);
    }
  };

  private publish(element: Element, event: Event): void {
    if (event.type === 'submit') event.preventDefault(); // the page would be left
    let at = PUBLISH;
    try {
      const text = element.getAttribute(DATA);
      at = DATA;
      const data = text === null ? spoken(element, event) : this.given(element, text);
      at = PUBLISH;
      this.bus.publish(element.getAttribute(PUBLISH)!, data);
    } catch (error) {
      report(element, at, error);
    }
  }

  /** JSON, or a path in the data of the template that the element was made by. */
  private given(element: Element, text: string): unknown {
    if (!text.startsWith('.')) return JSON.parse(text);
    const scope = this.bindings.scopeOf(element);
    if (scope === undefined) throw new SyntaxError('a path that begins with a dot belongs into a template');
    return valueAt(scope.data, text.slice(1));
  }
}

function usual(element: Element): string {
  return element instanceof HTMLFormElement ? 'submit' : isControl(element) ? 'input' : 'click';
}

function spoken(element: Element, event: Event): unknown {
  if (element instanceof HTMLFormElement) return formValues(element, (event as SubmitEvent).submitter);
  if (isControl(element)) return controlValue(element);
  const { form } = element as HTMLButtonElement;
  return form ? formValues(form, element as HTMLElement) : undefined;
}
