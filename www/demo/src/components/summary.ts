import type { Bus } from 'trolleybus';
import type { Board, Summary, SummaryKind } from '../board/topics.js';
import { byId, make, write } from '../view/element.js';
import { count, words } from '../view/format.js';
import { perFrame } from '../view/frame.js';

/** Shows what the Go component found: a row for each region. Also where the visitor sets its window. */
export function summary(bus: Bus<Board>): void {
  const latest: Record<SummaryKind, Map<string, Summary>> = { quake: new Map(), flight: new Map() };
  const show = perFrame(() => {
    for (const kind of ['quake', 'flight'] as const) render(byId(`summary-${kind}`), latest[kind]);
  }, 100);
  bus.subscribe('board.summary.*.*', (data) => {
    latest[data.kind].set(data.region, data);
    show();
  }, { name: 'summary' });

  const hours = byId<HTMLSelectElement>('window');
  const wanted = () => ({ hours: Number(hours.value) });
  bus.bridge(hours, { from: { change: { topic: 'board.window', payload: wanted } } });
  // Who asks for the backlog has just come up, and has to learn the window as well.
  bus.subscribe('board.backlog.wanted', () => bus.publish('board.window', wanted()), { name: 'summary' });
}

function render(body: HTMLElement, summaries: ReadonlyMap<string, Summary>): void {
  const most = Math.max(1, ...[...summaries.values()].map((s) => s.count));
  for (const region of [...summaries.keys()].sort()) {
    fill(rowOf(body, region), summaries.get(region)!, most);
  }
}

/** The row of a region, put where it belongs in the alphabet when it is new. */
function rowOf(body: HTMLElement, region: string): HTMLTableRowElement {
  const rows = [...body.children] as HTMLTableRowElement[];
  const known = rows.find((row) => row.dataset.region === region);
  if (known !== undefined) return known;
  const row = make('tr');
  row.dataset.testid = 'summary-row';
  row.dataset.region = region;
  const name = make('th', '', words(region));
  name.scope = 'row';
  const meter = make('td', 'summary-count');
  meter.append(make('span', 'summary-bar'), make('span'));
  row.append(name, meter, ...Array.from({ length: 4 }, () => make('td')));
  body.insertBefore(row, rows.find((other) => other.dataset.region! > region) ?? null);
  return row;
}

function fill(row: HTMLTableRowElement, { kind, count: n, mean, median, p95, max }: Summary, most: number): void {
  const digits = kind === 'quake' ? 1 : 0;
  const [meter, ...numbers] = [...row.cells].slice(1);
  (meter!.firstElementChild as HTMLElement).style.setProperty('--share', (n / most).toFixed(3));
  write(meter!.lastElementChild!, count(n));
  [mean, median, p95, max].forEach((value, i) => write(numbers[i]!, n === 0 ? '–' : value.toFixed(digits).replace('-', '−')));
}
