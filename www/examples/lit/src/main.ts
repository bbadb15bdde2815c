import './catalog';
import './cart';
import './cart-badge';
import './shop';
