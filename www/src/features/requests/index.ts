import { requests as table } from '../../../../bus/options.json';
import { feature } from '../../core/feature.js';
import type { Feature } from '../../core/feature-types.js';
import type { Kernel } from '../../core/kernel.js';
import { readOptions } from '../../core/options.js';
import type { Part } from '../../core/part.js';
import { subscribeTo } from '../../core/subscribe.js';
import type { Handler, RequestOptions, RespondOptions } from '../../core/types.js';
import { crossing } from './crossing.js';
import { responder } from './exchange.js';
import { Requests } from './requests.js';

/**
 * Requests and their answers: `request` and `respond`.
 * ```ts
 * const bus = createBus({ features: [requests()] });
 * ```
 */
export function requests(): Feature<'requests'> { return made; }

const made = /* @__PURE__ */ feature({ name: 'requests', join });

function join(kernel: Kernel): Part {
  const requests = new Requests(kernel);
  kernel.places.requests = Object.assign(requests, { responder });
  return {
    members: {
      request: (topic: string, data?: unknown, options?: RequestOptions) => requests.request(topic, data, options),
      respond: (pattern: string, handler: Handler<any>, options?: RespondOptions) => {
        if (options !== undefined) options = readOptions('respond', table.respond, options);
        kernel.open();
        return subscribeTo(kernel, pattern, handler, options, undefined, 'responder');
      },
    },
    cross: (into) => crossing(into, requests),
    close: () => requests.close(kernel.origin.source),
  };
}
