import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { describe } from '../view/describe.js';
import { byId, make, write } from '../view/element.js';
import { wallTime } from '../view/format.js';
import { perFrame } from '../view/frame.js';
import { Rows } from '../view/rows.js';

interface Entry { seq: number; time: number; topic: string; data: unknown }

/** So frequent, and so much alike, that they would hide all the others. */
const NOISY = new Set(['replay.clock', 'ui.pointer', 'map.pointer']);

/** Shows every event of the bus, its own (`$bus.>`) as well, with sequence number and time. */
export function log(bus: Bus<Board>): void {
  const all = byId<HTMLInputElement>('log-all');
  const hold = byId<HTMLButtonElement>('log-hold');
  const rows = new Rows<Entry, HTMLTableRowElement>(byId('log'), 80, createRow, fillRow);
  let held = false;
  const show = perFrame(() => {
    if (!held) rows.render();
  }, 120);

  for (const pattern of ['>', '$bus.>'] as const) {
    bus.subscribe(pattern, (data, { seq, time, topic }) => {
      if (!all.checked && NOISY.has(topic)) return;
      rows.add({ seq, time, topic, data });
      show();
    }, { name: 'log' });
  }

  hold.addEventListener('click', () => {
    held = !held;
    hold.setAttribute('aria-pressed', String(held));
    show();
  });
}

function createRow(): HTMLTableRowElement {
  const row = make('tr');
  row.dataset.testid = 'log-row';
  const topic = make('td', 'log-topic');
  topic.append(make('code'));
  row.append(make('td', 'log-seq'), make('td', 'log-time'), topic, make('td', 'log-data'));
  return row;
}

function fillRow(row: HTMLTableRowElement, { seq, time, topic, data }: Entry): void {
  const [seqCell, timeCell, topicCell, dataCell] = row.cells;
  const { kind, title } = describe(topic, data);
  if (row.dataset.kind !== kind) row.dataset.kind = kind;
  write(seqCell!, String(seq));
  write(timeCell!, `${wallTime(time)}.${String(time % 1000).padStart(3, '0')}`);
  write(topicCell!.firstElementChild!, topic);
  write(dataCell!, title);
}
