import type { CoreBus } from 'trolleybus';
import { isCustomEvent } from '../core/brand.js';
import { call, get, isElement } from '../dom/nodes.js';
import { fieldValue, formValues, is, isButton, isField } from './form.js';
import { parseJSON, parsePlace, read } from './path.js';
import { report } from './report.js';
import { itemOf } from './template.js';

const PUBLISH = 'data-bus-publish';
const DATA = 'data-bus-data';

/** Publishes what elements say: one listener for each type of event, at the root. */
export class Publisher {
  private readonly types = new Set<string>();

  constructor(private readonly root: Node, private readonly bus: CoreBus) {}

  /** An element that publishes is there. */
  listen(element: Element): void {
    for (const type of typesOf(element)) {
      if (this.types.has(type)) continue;
      this.types.add(type);
      call(this.root, 'addEventListener', type, this.handle);
      call(this.root, 'addEventListener', type, this.handle, true); // what does not bubble
    }
  }

  close(): void {
    for (const type of this.types) {
      call(this.root, 'removeEventListener', type, this.handle);
      call(this.root, 'removeEventListener', type, this.handle, true);
    }
  }

  private readonly handle = (event: Event): void => {
    const { target, bubbles } = event;
    if (!isElement(target) || (event.eventPhase === Event.CAPTURING_PHASE) === bubbles) return;
    const elements: Element[] = [];
    for (let element: Element | null = target; element !== null && call(this.root, 'contains', element); element = bubbles ? get(element, 'parentElement') : null) {
      if (call(element, 'hasAttribute', PUBLISH) && typesOf(element).includes(event.type)) elements.push(element);
    }
    // All are known before the first one publishes: a handler may take them away.
    for (const element of elements) this.publish(element, event);
  };

  private publish(element: Element, event: Event): void {
    if (isSubmit(event) && !closesDialog(event)) event.preventDefault();
    let data: unknown;
    try {
      data = dataOf(element, event);
    } catch (error) {
      return report(element, DATA, error);
    }
    try {
      this.bus.publish(call(element, 'getAttribute', PUBLISH)!.trim(), data);
    } catch (error) {
      report(element, PUBLISH, error);
    }
  }
}

function isSubmit(event: Event): event is SubmitEvent {
  return event.type === 'submit' && 'submitter' in event;
}

/** Such a form goes nowhere. */
function closesDialog({ target, submitter }: SubmitEvent): boolean {
  const method = submitter?.getAttribute('formmethod') ?? call(target as Element, 'getAttribute', 'method');
  return method?.toLowerCase() === 'dialog';
}

/** `data-bus-on`, or what people do with such an element. */
function typesOf(element: Element): string[] {
  const on = call(element, 'getAttribute', 'data-bus-on')?.trim();
  if (on) return on.split(/\s+/);
  return [is(element, 'form') ? 'submit' : isField(element) ? 'input' : 'click'];
}

/** What is wrong with `data-bus-data` is said before anybody clicks. */
export function checkData(given: string): void {
  if (given.trim().startsWith('.')) parsePlace(given);
  else parseJSON(given);
}

/** `data-bus-data`, values of the form or field, `detail` of the event, or nothing. */
function dataOf(element: Element, event: Event): unknown {
  const given = call(element, 'getAttribute', DATA)?.trim();
  if (given?.startsWith('.')) return read(itemOf(element).data, parsePlace(given));
  if (given !== undefined) return parseJSON(given);
  if (is(element, 'form')) return formValues(element, isSubmit(event) ? event.submitter : null);
  if (isField(element)) return fieldValue(element);
  const button = isButton(element) ? element : undefined;
  const form = button?.form ?? call(element, 'closest', 'form') as HTMLFormElement | null;
  if (form) return formValues(form, button);
  if (button?.name) return Object.fromEntries([[button.name, button.value]]);
  return isCustomEvent(event) ? event.detail as unknown ?? undefined : undefined;
}
