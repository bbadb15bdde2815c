import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId } from '../view/element.js';

/** Light or dark: what the system says until the visitor chooses. */
export function theme(bus: Bus<Board>): void {
  const toggle = byId<HTMLButtonElement>('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const isDark = (): boolean => root.dataset.theme === undefined ? system.matches : root.dataset.theme === 'dark';
  const apply = (): void => {
    toggle.setAttribute('aria-pressed', String(isDark()));
    bus.publish('ui.theme', { dark: isDark() });
  };

  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember(root.dataset.theme);
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}

function remember(choice: string): void {
  try {
    localStorage.setItem('theme', choice); // early-theme.ts reads it
  } catch {
    // A browser may refuse storage; the choice then lasts as long as the page.
  }
}
