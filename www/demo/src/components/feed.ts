import type { Bus } from 'trolleybus';
import type { Board } from '../board/topics.js';
import { describe } from '../view/describe.js';
import { byId, make, write } from '../view/element.js';
import { recordedTime, wallTime } from '../view/format.js';
import { perFrame } from '../view/frame.js';
import { Rows } from '../view/rows.js';

interface Item { topic: string; data: unknown; time: number }

/** Shows the latest events of the topics that the filter lets through. */
export function feed(bus: Bus<Board>): void {
  const list = byId<HTMLOListElement>('feed');
  const hold = byId<HTMLButtonElement>('feed-hold');
  const rows = new Rows<Item, HTMLLIElement>(list, 60, createItem, fillItem);
  let held = false;
  let off = (): void => {};
  const show = perFrame(() => {
    if (!held) rows.render();
  }, 120);

  bus.subscribe('board.filter', ({ pattern }) => {
    off();
    rows.clear();
    off = bus.subscribe(pattern as '>', (data, event) => {
      rows.add({ topic: event.topic, data, time: event.time });
      show();
    }, { name: 'feed' });
  }, { name: 'feed' });

  hold.addEventListener('click', () => {
    held = !held;
    hold.setAttribute('aria-pressed', String(held));
    show();
  });
}

function createItem(): HTMLLIElement {
  const item = make('li', 'feed-item');
  item.dataset.testid = 'feed-item';
  item.append(make('span', 'feed-mark'), make('span', 'feed-title'), make('code', 'feed-topic'), make('time', 'feed-time'));
  return item;
}

function fillItem(item: HTMLLIElement, { topic, data, time }: Item): void {
  const { kind, title } = describe(topic, data);
  const [, titleElement, topicElement, timeElement] = item.children;
  if (item.dataset.kind !== kind) item.dataset.kind = kind;
  write(titleElement!, title);
  write(topicElement!, topic);
  write(timeElement!, recordedAt(data) ?? wallTime(time));
}

function recordedAt(data: unknown): string | undefined {
  return typeof data === 'object' && data !== null && 'at' in data && typeof data.at === 'number' ? recordedTime(data.at) : undefined;
}
