import { provideGo } from './core/provided-go.js';
import { goSide } from './go/side.js';

// For pages that want it with the rest, and places that load nothing later, such as service workers.
provideGo(goSide);

export {};
