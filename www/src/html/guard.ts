import { call, get } from '../dom/nodes.js';

// What would run or load what it is given, whatever that is: SVG's animations set other elements' attributes.
const ELEMENTS = /^(script|style|i?frame|fencedframe|portal|webview|object|embed|applet|base|meta|link|set|animate.*)$/i;

/** Attributes of libraries, in all their spellings: `hx-get`, `data-hx-get`, `x-ng-click`, `ng:click`. */
const of = (names: string): RegExp => new RegExp(`^((data|x)[-_:])?(${names})[-_:]`, 'i');

// Names of attributes whose value is code, or says what happens, and why no data gets there. docs/HTML.md has the same list.
const ATTRIBUTES: readonly (readonly [names: RegExp, why: string])[] = [
  [/^(on|style$|srcdoc$|is$)/i, 'code, styles or another kind of element to the browser'],
  [/^data-bus-/i, 'an instruction to Trolleybus'],
  // @click, :href, #slot, .value, _, (click), [href], *ngIf, value.bind, wire:click, on:click. In HTML itself, only XML's have a colon.
  [/^(?!xlink:\w+$|xml:(lang|space)$)([^a-z]|.*[^\w\u0080-\uffff-])/i, 'code to a library for templates'],
  [of('hx|sse|ws|ic|fx|ts'), 'an instruction to htmx or its like'],
  [of('x|v|ng|rv|mv'), 'code to Alpine, Vue, AngularJS, Rivets or Mavo'],
  [of('on|bind|bindon'), 'code to Datastar, Angular or Polymer'],
  [/^data-(star-|((json-)?signals|on|bind|attr|class|style|text|show|ref|init|effect|computed|persist|animate|custom-validity|query-string|replace-url|view-transition)([-_:]|$))/i, 'code to Datastar or Knockout'],
  [/^((data-)?script|jsaction)$/i, 'code to hyperscript or JsAction'],
  [of('dojo|win|amp-bind|ajax'), 'code to Dojo, WinJS, AMP or Unobtrusive Ajax'],
  [of('wire|phx|up|turbo'), 'an instruction to Livewire, LiveView, Unpoly or Turbo'],
  [/^data-(controller|action)$/i, 'an instruction to Stimulus'],
];
const ADDRESSES = /^((xlink:)?href|src|(form)?action|data|poster|background|cite|ping|manifest|longdesc|codebase|attributionsrc)$/i;
/** What scripts and custom elements may take for one. */
const LIKELY = /(href|src|link|ur[il])$/i;
const SCHEMES = ['http:', 'https:', 'mailto:', 'tel:', 'sms:', 'blob:'];

/** Throws where data of events has no place, whatever it is. */
export function guard(element: Element, attribute?: string): void {
  const name = get(element, 'localName');
  if (ELEMENTS.test(name)) throw new TypeError(`refused: <${name}> could execute data that it is given`);
  const why = attribute === undefined ? undefined : ATTRIBUTES.find(([names]) => names.test(attribute))?.[1];
  if (why !== undefined) throw new TypeError(`refused: the attribute ${attribute} is ${why}`);
}

/** Sets an attribute as text: true is an empty one, false and nothing is none, and those of ARIA say "true" and "false". */
export function setAttribute(element: Element, name: string, value: unknown, text: string): void {
  const aria = name.startsWith('aria-');
  if (value === undefined || value === null || value === false && !aria) call(element, 'removeAttribute', name);
  else {
    const next = value === true && !aria ? '' : text;
    if (ADDRESSES.test(name) || LIKELY.test(name)) checkAddress(element, name, next);
    if (call(element, 'getAttribute', name) !== next) call(element, 'setAttribute', name, next);
  }
}

function checkAddress(element: Element, name: string, text: string): void {
  const base = get(element, 'baseURI');
  if (!URL.canParse(text, base)) return; // leads nowhere
  const { protocol, pathname } = new URL(text, base);
  if (ADDRESSES.test(name) ? SCHEMES.includes(protocol) || protocol === location.protocol : !/^(javascript|vbscript|data):/.test(protocol)) return;
  if (protocol === 'data:' && get(element, 'localName') === 'img' && pathname.startsWith('image/')) return;
  // The address before it is not the one that was meant either.
  call(element, 'removeAttribute', name);
  throw new TypeError(`refused: addresses with the scheme ${protocol} are not allowed here`);
}
