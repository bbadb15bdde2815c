import './package.js';
import './work.js';
