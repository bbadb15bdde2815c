import { html, LitElement } from 'lit';
import { OptionError } from 'trolleybus';
import { EventController, LastEventController } from 'trolleybus/lit';

class Shown extends LitElement {
  constructor(bus, topic, options, rendered) {
    super();
    this.rendered = rendered;
    this.last = new LastEventController(this, topic, { ...options, bus });
  }

  createRenderRoot() { return this; }

  render() {
    this.rendered();
    return html`<li>${String(this.last.value)}</li>`;
  }
}
customElements.define('test-shown', Shown);

class Listening extends LitElement {
  constructor(bus, topic, handler, options) {
    super();
    this.listening = new EventController(this, topic, handler, { ...options, bus });
  }
}
customElements.define('test-listening', Listening);

async function connect(elements) {
  const target = document.createElement('ul');
  target.append(...elements);
  document.body.append(target);
  await Promise.all(elements.map(({ updateComplete }) => updateComplete));
  return { target, unmount: () => target.remove() };
}

export const lit = {
  async show(bus, topic, options, count = 1) {
    let renders = 0;
    const mounted = await connect(Array.from({ length: count }, () => new Shown(bus, topic, options, () => renders++)));
    return { ...mounted, renders: () => renders };
  },
  listen: (bus, topic, handler, options) => connect([new Listening(bus, topic, handler, options)]),
  async settle(task) {
    await task();
    await Promise.all([...document.querySelectorAll('test-shown')].map(({ updateComplete }) => updateComplete));
  },
};

// What is Lit's own: hosts that come and go.
export function ofLit(test, assert, make) {
  test('options of Lit are checked as those of a bus are, with nothing left of what is refused', () => {
    const host = { addController: () => assert.fail('added'), requestUpdate() {} }, joining = { addController() {} };
    const last = (options) => () => new LastEventController(host, 'a', options);
    const events = (options) => () => new EventController(joining, 'a', () => {}, options).hostConnected();
    for (const [use, words] of [
      [last({ intial: 1 }), /^last event option intial: expected one of bus, initial, selector, got "intial"$/],
      [last({ selector: 1 }), /^last event option selector: expected a function, got 1$/],
      [last({ bus: {} }), /^last event option bus: expected a Bus, got an object$/],
      [events({ bus: {} }), /^event option bus: expected a Bus, got an object$/],
      [events({ bus: make(), onec: true }), /^subscribe option onec: expected one of once, .*, got "onec"$/],
    ]) assert.throws(use, OptionError, words);
  });

  test('a host that is taken out and put back listens again, and shows what it has missed', async () => {
    const bus = make(), seen = [];
    bus.topic('a', { retain: true });
    const shown = await lit.show(bus, 'a', { initial: 0 }), listening = await lit.listen(bus, 'a', (data) => seen.push(data));
    for (const { target } of [shown, listening]) target.remove();
    assert.deepEqual(bus.subscriptions(), []);
    bus.publish('a', 1);
    for (const { target } of [shown, listening]) document.body.append(target);
    await lit.settle(() => bus.publish('a', 2));
    assert.deepEqual(seen, [2]);
    assert.equal(shown.target.textContent, '2');
    for (const { target } of [shown, listening]) document.body.append(target); // moved
    assert.lengthOf(bus.subscriptions(), 2);
    for (const one of [shown, listening]) one.unmount();
    assert.deepEqual(bus.subscriptions(), []);
  });
}
