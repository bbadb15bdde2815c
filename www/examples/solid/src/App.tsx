import { createSignal, Show } from 'solid-js';
import { Cart } from './Cart';
import { CartBadge } from './CartBadge';
import { Catalog } from './Catalog';

export function App() {
  const [open, setOpen] = createSignal(true);
  return (
    <div class="shop">
      <header>
        <h1>Books</h1>
        <CartBadge />
        <button data-testid="toggle" aria-expanded={open()} onClick={() => setOpen(!open())}>{open() ? 'Hide' : 'Show'} the cart</button>
      </header>
      <main>
        <Catalog />
        <Show when={open()}><Cart /></Show>
      </main>
    </div>
  );
}
