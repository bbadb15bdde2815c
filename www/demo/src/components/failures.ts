import { TrolleybusError, type Bus, type Failure } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { byId, make, write } from '../view/element.js';
import { wallTime } from '../view/format.js';
import { perFrame } from '../view/frame.js';
import { Rows } from '../view/rows.js';

/** Shows the failures of handlers as the bus reports them, and lets the visitor cause some. */
export function failures(bus: Bus<Board>): void {
  const empty = byId('errors-empty');
  const rows = new Rows<Failure, HTMLLIElement>(byId('errors'), 20, createRow, fillRow);
  const show = perFrame(() => rows.render(), 100);
  bus.subscribe('$bus.error', (failure) => {
    rows.add(failure);
    empty.hidden = true;
    show();
  }, { name: 'failures' });

  bus.subscribe('demo.fault', () => {
    throw new Error('deliberate: this handler always throws');
  }, { name: 'always throws' });
  const published = (topic: 'demo.fault' | 'demo.go.panic' | 'demo.go.crash') => ({ topic, payload: () => null });
  bus.bridge(byId('fail'), { from: { click: published('demo.fault') } });
  bus.bridge(byId('go-panic'), { from: { click: published('demo.go.panic') } });
  bus.bridge(byId('crash'), { from: { click: published('demo.go.crash') } });
}

function createRow(): HTMLLIElement {
  const row = make('li', 'error-row');
  row.dataset.testid = 'error-row';
  row.append(make('span', 'error-text'), make('code', 'error-topic'), make('span', 'error-where'));
  return row;
}

function fillRow(row: HTMLLIElement, { error, topic, event, pattern, name, time }: Failure): void {
  const [text, topicElement, where] = row.children;
  const code = error instanceof TrolleybusError ? `${error.code}: ` : '';
  write(text!, code + (error instanceof Error ? error.message : String(error)));
  write(topicElement!, `${topic} #${event.seq}`);
  write(where!, `${name ?? 'unnamed'} on ${pattern}, ${wallTime(time)}`);
}
