import { distinctUntilChanged, fromEvent, map, scan, startWith, switchMap } from 'rxjs';
import { fromBus } from 'trolleybus/rxjs';
import '../../shared/shop.css';
import { bus } from './bus';
import { cart } from './cart';
import { catalog } from './catalog';

const main = document.querySelector('main')!;
const toggle = document.querySelector<HTMLButtonElement>('[data-testid=toggle]')!;
const badge = document.querySelector('[data-testid=count]')!;

main.append(catalog());

fromBus(bus, 'cart.changed', { replay: 1 }).pipe(map(({ count }) => count), distinctUntilChanged())
  .subscribe((count) => badge.textContent = String(count));

// A closed cart has no subscription: switchMap ends the one of the open cart.
fromEvent(toggle, 'click').pipe(scan((open) => !open, true), startWith(true), switchMap((open) => {
  toggle.ariaExpanded = String(open);
  toggle.textContent = `${open ? 'Hide' : 'Show'} the cart`;
  return open ? cart(main) : [];
})).subscribe();
