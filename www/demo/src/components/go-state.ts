import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId, write } from '../view/element.js';

/** Says whether the Go component runs: plain topics work in any case, summaries only while it does. */
export function goState(bus: Bus<Board>): void {
  const element = byId('go-state');
  const set = (state: 'loading' | 'up' | 'down' | 'missing', text: string): void => {
    element.dataset.state = state;
    write(element, text);
  };
  let restarts = 0;

  set('loading', 'Go is loading');
  bus.ready.then(() => set('up', 'Go is up'), (error: unknown) => set('missing', `Go is missing: ${(error as Error).message}`));
  bus.subscribe('demo.go.crash', () => set('down', 'Go crashed, starting again'), { name: 'go-state' });
  bus.subscribe('$bus.restarted', (restarted) => {
    restarts = restarted.restarts;
    set('up', `Go is up, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`);
  }, { name: 'go-state' });
}
