/** A book that the shop sells. */
export interface Product {
  sku: string;
  title: string;
  author: string;
  /** cents */
  price: number;
}

/** What the shop sells. */
export interface Catalog {
  products: Product[];
}

/** Names a product of the catalogue. */
export interface Choice {
  sku: string;
}

/** A product in the cart. */
export interface Line extends Product {
  quantity: number;
}

/** What somebody is about to buy. */
export interface Cart {
  /** in the order in which they were first added */
  lines: Line[];
  /** of all lines */
  count: number;
  /** cents */
  total: number;
}

export interface Topics {
  'catalog.changed': Catalog;
  'cart.changed': Cart;
  'cart.add': Choice;
  'cart.remove': Choice;
}
