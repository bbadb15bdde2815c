import { createApp } from 'vue';
import App from './App.vue';
import '../../shared/shop.css';

createApp(App).mount('#root');
