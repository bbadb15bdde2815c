import { get } from '../dom/nodes.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What is typed into or chosen from. */
export function isField(element: Element): element is Field {
  return is(element, 'select') || is(element, 'textarea') || is(element, 'input') && !isButton(element);
}

export function isButton(element: Element): element is HTMLButtonElement | HTMLInputElement {
  return is(element, 'button') || is(element, 'input') && /^(button|submit|reset|image)$/.test(element.type);
}

/** Whether it is such an element of HTML, in whatever window. */
export function is<K extends keyof HTMLElementTagNameMap>(element: Element, name: K): element is HTMLElementTagNameMap[K] {
  return get(element, 'localName') === name && get(element, 'namespaceURI') === 'http://www.w3.org/1999/xhtml';
}

/**
 * The values of a form as an object, as FormData has them, with types: a number (or null while empty) of number and range
 * fields, true or false of a checkbox without a value, and an array where there can be several: fields of one name,
 * `multiple`. What could have a value and has none is null.
 */
export function formValues(form: HTMLFormElement, button?: Element | null): Record<string, unknown> {
  const sent = new FormData(form);
  const fields = new Map<string, Field[]>();
  for (const element of get(form, 'elements')) {
    if (!isField(element) || element.name === '' || element.matches(':disabled')) continue;
    const same = fields.get(element.name);
    if (same === undefined) fields.set(element.name, [element]);
    else same.push(element);
  }
  const values = new Map<string, unknown>();
  for (const name of new Set([...fields.keys(), ...sent.keys()])) values.set(name, typed(fields.get(name) ?? [], sent.getAll(name)));
  if (button && isButton(button) && button.name !== '') values.set(button.name, button.value);
  return Object.fromEntries(values);
}

/** The value of a field by the same rules; under its name, if it has one. */
export function fieldValue(field: Field): unknown {
  const value = typed([field], chosen(field));
  return field.name === '' ? value : Object.fromEntries([[field.name, value]]);
}

function chosen(field: Field): FormDataEntryValue[] {
  if (is(field, 'select')) return Array.from(field.selectedOptions, ({ value }) => value);
  if (field.type === 'file') return [...(field as HTMLInputElement).files ?? []];
  return /^(checkbox|radio)$/.test(field.type) && !(field as HTMLInputElement).checked ? [] : [field.value];
}

function typed(fields: readonly Field[], values: readonly FormDataEntryValue[]): unknown {
  const [first] = fields;
  const type = first?.type;
  if (type === 'checkbox' && fields.length === 1 && !first!.hasAttribute('value')) return values.length > 0;
  const all = type === 'number' || type === 'range' ? values.map((value) => value === '' ? null : Number(value)) : values;
  const several = values.length > 1 || fields.length > 1 && type !== 'radio' || fields.some((field) => 'multiple' in field && field.multiple);
  return several ? all : all[0] ?? null;
}
