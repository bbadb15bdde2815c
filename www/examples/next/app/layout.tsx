import type { ReactNode } from 'react';
import '../../shared/shop.css';

export const metadata = { title: 'Books, with Next' };

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
