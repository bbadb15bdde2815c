import { useState } from 'react';
import { Cart } from './Cart';
import { CartBadge } from './CartBadge';
import { Catalog } from './Catalog';

export function App() {
  const [open, setOpen] = useState(true);
  return (
    <div className="shop">
      <header>
        <h1>Books</h1>
        <CartBadge />
        <button data-testid="toggle" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Hide' : 'Show'} the cart</button>
      </header>
      <main>
        <Catalog />
        {open && <Cart />}
      </main>
    </div>
  );
}
