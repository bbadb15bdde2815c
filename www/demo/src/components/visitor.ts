import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { count } from '../view/format.js';
import { perFrame } from '../view/frame.js';

/** Turns what the visitor does into events, and counts what arrives of it. */
export function visitor(bus: Bus<Board>): void {
  bus.bridge(document, {
    from: {
      click: { topic: 'ui.click', payload: (event: MouseEvent) => ({ on: labelOf(event.target) }) },
      input: { topic: 'ui.input', payload: ({ target }: Event) => isField(target) ? { field: labelOf(target), value: target.value } : undefined },
      pointermove: { topic: 'ui.pointer', coalesce: 'frame', passive: true, payload: ({ clientX, clientY }: PointerEvent) => ({ x: Math.round(clientX), y: Math.round(clientY) }) },
    },
  });

  const form = byId<HTMLFormElement>('note-form');
  const note = byId<HTMLInputElement>('note');
  bus.bridge(form, {
    from: {
      submit: {
        topic: 'note.posted',
        payload: (event: SubmitEvent) => {
          event.preventDefault();
          const text = note.value.trim();
          form.reset();
          return text === '' ? undefined : { text };
        },
      },
    },
  });

  const counts = { click: 0, input: 0, pointer: 0, note: 0 };
  let at = '–';
  const show = perFrame(() => {
    for (const [name, n] of Object.entries(counts)) write(byId(`visitor-${name}`), count(n));
    write(byId('visitor-at'), at);
  }, 80);
  const counted = (name: keyof typeof counts): void => {
    counts[name]++;
    show();
  };
  bus.subscribe('ui.click', () => counted('click'), { name: 'visitor' });
  bus.subscribe('ui.input', () => counted('input'), { name: 'visitor' });
  bus.subscribe('ui.pointer', ({ x, y }) => {
    at = `${x}, ${y}`;
    counted('pointer');
  }, { name: 'visitor' });
  bus.subscribe('note.posted', () => counted('note'), { name: 'visitor' });
}

function isField(target: unknown): target is HTMLInputElement | HTMLSelectElement {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

/** What the visitor would call it. */
function labelOf(target: EventTarget | null): string {
  if (!(target instanceof Element)) return 'page';
  const control = target.closest('button, a, input, select, canvas');
  if (control !== null) return control.id || control.textContent?.trim() || control.localName;
  return target.closest('section')?.querySelector('h2')?.textContent ?? 'page';
}
