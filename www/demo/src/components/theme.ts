import type { Bus } from 'trolleybus';
import type { Board } from '../topics.js';
import { byId } from '../view/element.js';

const KEY = 'trolleybus-board-theme';

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

  const chosen = remembered();
  if (chosen !== null) root.dataset.theme = chosen;
  toggle.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember(root.dataset.theme);
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}

// A browser may refuse storage; the choice then lasts as long as the page.
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(choice: string): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // As above.
  }
}
