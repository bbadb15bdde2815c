import { matches } from '../../core/grammar.js';

/** A place that tokens lead to. A topic that is alone below a place has no nodes of its own there. */
interface Node<T> {
  only: T | undefined;
  /** The topic that ends here. */
  here: T | undefined;
  next: Map<string, Node<T>> | undefined;
}

const node = <T>(): Node<T> => ({ only: undefined, here: undefined, next: undefined });

/** What there is by topic, none of which begins with `$`: found by its topic, or by a pattern at the cost of what that matches. */
export class TopicIndex<T extends { readonly topic: string }> {
  private readonly all = new Map<string, T>();
  private root = node<T>();

  get(topic: string): T | undefined { return this.all.get(topic); }
  values(): Iterable<T> { return this.all.values(); }

  add(item: T): void {
    this.all.set(item.topic, item);
    insert(this.root, item, 0);
  }

  matching(pattern: string): T[] {
    const exact = this.all.get(pattern);
    if (exact !== undefined || !/[*>]/.test(pattern)) return exact === undefined ? [] : [exact];
    const found: T[] = [], tokens = pattern.split('.');
    const collect = ({ only, here, next }: Node<T>, i: number, below: boolean): void => {
      if (only !== undefined && matches(pattern, only.topic)) found.push(only);
      const token = tokens[i];
      if (here !== undefined && (below || token === undefined)) found.push(here);
      if (token === undefined || next === undefined) return;
      const rest = token === '>', child = next.get(token);
      if (rest || token === '*') for (const child of next.values()) collect(child, rest ? i : i + 1, rest);
      else if (child !== undefined) collect(child, i + 1, false);
    };
    collect(this.root, 0, false);
    return found;
  }

  /** Forgets all that `stays` is false for. */
  filter(stays: (item: T) => boolean): void {
    const all = [...this.all.values()];
    this.all.clear();
    this.root = node();
    for (const item of all) if (stays(item)) this.add(item);
  }
}

function insert<T extends { readonly topic: string }>(at: Node<T>, item: T, i: number): void {
  const { only } = at;
  if (only === undefined && at.here === undefined && at.next === undefined) {
    at.only = item;
    return;
  }
  at.only = undefined;
  for (const each of only === undefined ? [item] : [only, item]) {
    const token = each.topic.split('.')[i];
    if (token === undefined) {
      at.here = each;
      continue;
    }
    const next = at.next ??= new Map<string, Node<T>>();
    let child = next.get(token);
    if (child === undefined) next.set(token, child = node());
    insert(child, each, i + 1);
  }
}
