import { createBus } from 'trolleybus';
import { alert } from './components/alert.js';
import { announcer } from './components/announcer.js';
import { chart } from './components/chart.js';
import { failures } from './components/failures.js';
import { feed } from './components/feed.js';
import { filter } from './components/filter.js';
import { goState } from './components/go-state.js';
import { log } from './components/log.js';
import { map } from './components/map.js';
import { meter } from './components/meter.js';
import { readout } from './components/readout.js';
import { replay } from './components/replay.js';
import { summary } from './components/summary.js';
import { theme } from './components/theme.js';
import { transport } from './components/transport.js';
import { visitor } from './components/visitor.js';
import { wire } from './components/wire.js';
import type { Board } from './board/topics.js';

// The Go component is the program itself: its subscriptions and these components' are on one bus.
const bus = createBus<Board>({ wasm: new URL('component.wasm', document.baseURI), name: 'board' });

// The log comes first and so sees the others' first events; the filter comes after the feed that it speaks to, and
// the replay after all that it plays to. None of them knows another.
for (const component of [
  log, failures, goState, announcer, alert, transport, map, readout, chart, wire, summary, feed, filter, meter, visitor, theme, replay,
]) component(bus);
