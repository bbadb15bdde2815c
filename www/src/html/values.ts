/** What a path such as `lines.0.title` leads to; the whole where it is empty. Only own properties count. */
export function valueAt(data: unknown, path: string): unknown {
  if (path === '') return data;
  for (const key of path.split('.')) {
    if (data === null || data === undefined || !Object.hasOwn(Object(data), key)) return undefined;
    data = (data as Record<string, unknown>)[key];
  }
  return data;
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export const isControl = (element: Element): element is Control => /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

/** What a control says: numbers and booleans as such, an array where several can be chosen. */
export function controlValue(control: Control): unknown {
  if (control instanceof HTMLSelectElement) return control.multiple ? [...control.selectedOptions].map(({ value }) => value) : control.value;
  const { type, value } = control;
  if (type === 'checkbox') return (control as HTMLInputElement).checked;
  if (type === 'number' || type === 'range') return value === '' ? null : Number(value);
  if (type === 'file') return [...(control as HTMLInputElement).files ?? []];
  return value;
}

/**
 * What a form says, by the names of its controls: of radio buttons the chosen one's value, of several checkboxes of one
 * name the values of those that are checked, and of several other controls all of them, as arrays.
 */
export function formValues(form: HTMLFormElement, submitter?: HTMLElement | null): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  const named = new Map<string, Control[]>();
  for (const element of form.elements) {
    if (!isControl(element) || element.name === '' || element.matches(':disabled') || /^(submit|button|image|reset)$/.test(element.type)) continue;
    named.set(element.name, [...named.get(element.name) ?? [], element]);
  }
  for (const [name, controls] of named) {
    const [{ type }] = controls as [Control];
    if (type === 'radio') values[name] = controls.find((control) => (control as HTMLInputElement).checked)?.value ?? null;
    else if (controls.length === 1) values[name] = controlValue(controls[0]!);
    else if (type === 'checkbox') values[name] = controls.filter((control) => (control as HTMLInputElement).checked).map(({ value }) => value);
    else values[name] = controls.map(controlValue);
  }
  const { name, value } = (submitter ?? {}) as Partial<HTMLButtonElement>;
  if (name) values[name] = value;
  return { ...values };
}
