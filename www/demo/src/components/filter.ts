import { TrolleybusError, type Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId, write } from '../view/element.js';
import { count } from '../view/format.js';
import { perFrame } from '../view/frame.js';

/** Lets the visitor say which topics the feed shows. What the bus says of a wrong pattern is shown as it is. */
export function filter(bus: Bus<Board>): void {
  const input = byId<HTMLInputElement>('filter');
  const error = byId('filter-error');
  const matched = byId('filter-matched');
  let off = (): void => {};
  let seen = 0;
  const show = perFrame(() => write(matched, `${count(seen)} matched`), 150);

  const apply = (): void => {
    const pattern = input.value.trim();
    try {
      const end = bus.subscribe(pattern as '>', () => {
        seen++;
        show();
      }, { name: 'filter' });
      off();
      off = end;
    } catch (wrong) {
      if (!(wrong instanceof TrolleybusError)) throw wrong;
      input.setAttribute('aria-invalid', 'true');
      write(error, `${wrong.code}: ${wrong.message}`);
      return;
    }
    input.removeAttribute('aria-invalid');
    write(error, '');
    seen = 0;
    show();
    bus.publish('board.filter', { pattern });
  };

  input.addEventListener('input', apply);
  for (const preset of byId('filter-presets').querySelectorAll('button')) {
    preset.addEventListener('click', () => {
      input.value = preset.value;
      apply();
    });
  }
  apply();
}
