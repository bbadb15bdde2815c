import { Shop } from './Shop';

// A server component: what it renders is in the HTML that the server sends, with the catalogue and the cart still empty.
export default function Page() {
  return <Shop />;
}
