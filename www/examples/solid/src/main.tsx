import { render } from 'solid-js/web';
import { App } from './App';
import '../../shared/shop.css';

render(() => <App />, document.querySelector('#root')!);
