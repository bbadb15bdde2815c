import { until } from './contract.mjs';
import { some } from './effort.mjs';

/** The names of all properties that an object gets from its prototypes. */
export function inherited(prototype) {
  const names = new Set();
  for (let at = prototype; at !== null; at = Object.getPrototypeOf(at)) for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names];
}

/** What the DOM has of a node, whatever fields or named elements hide it. */
const get = (node, name) => Reflect.get(Object.getPrototypeOf(node), name, node);
const call = (node, name, ...parameters) => Reflect.apply(get(node, name), node, parameters);

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  (element.content ?? element).append(...children);
  return element;
}

// Fields of a form take the place of its own properties: `<button name="remove">` is `form.remove`.
export function clobbering(register, assert, make, start) {
  const names = inherited(HTMLFormElement.prototype);
  // One form for each name, in a test for some of them, and one with all.
  let cases;
  const field = (name) => el('input', { name, value: 'v' });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const count = (bus) => bus.subscriptions().filter(({ side }) => side === 'script').length;

  const test = (name, run) => register(`clobbering: ${name}`, async () => {
    const bus = await make(), root = el('section'), said = [], { error } = console;
    cases = [...some(names).map((name) => [name]), names];
    document.body.append(root);
    console.error = (...parts) => said.push(parts.join(' '));
    try {
      await run(bus, root);
      assert.deepEqual(said, []);
    } finally {
      console.error = error;
      root.remove();
    }
  });

  test('the forms of these tests are what they should be', () => {
    assert.includeMembers(names, ['remove', 'hasAttribute', 'querySelectorAll', 'parentElement', 'elements', 'isConnected', 'addEventListener', 'getRootNode', 'constructor', '__proto__']);
    const form = el('form', {}, field('remove'));
    assert.strictEqual(form.remove, form.firstChild);
  });

  test('a form in plain HTML shows and publishes, whatever its fields are called', async (bus, root) => {
    const stop = start(root, bus), seen = [];
    bus.topic('shown', { retain: true });
    bus.publish('shown', 5);
    bus.subscribe('sent.*', (data, { topic }) => seen.push([topic, data]));
    const forms = cases.map((fields, i) => el('form', {
      'data-bus-publish': `sent.${i}`, 'action': '/elsewhere', 'lang': 'en',
      'data-bus-attr-title': 'shown', 'data-bus-attr-data-href': 'shown', 'data-bus-format': 'percent', 'data-bus-class-on': 'shown',
    }, ...fields.map(field), el('button')));
    root.append(...forms);
    await settled();
    forms.forEach((form, i) => {
      const [what] = cases[i];
      assert.equal(call(form, 'getAttribute', 'title'), '500%', what);
      assert.equal(call(form, 'getAttribute', 'class'), 'on', what);
      HTMLElement.prototype.click.call(get(form, 'lastElementChild'));
      assert.deepEqual(seen.pop(), [`sent.${i}`, Object.fromEntries(cases[i].map((name) => [name, 'v']))], what);
      assert.equal(seen.length, 0, what);
    });
    for (const form of forms) call(form, 'setAttribute', 'data-bus-attr-title', 'other'); // changed
    await settled();
    bus.publish('other', 1);
    forms.forEach((form, i) => assert.equal(call(form, 'getAttribute', 'title'), '100%', cases[i][0]));
    root.replaceChildren();
    await settled();
    assert.equal(count(bus), 1, 'that of this test');
    stop();
  });

  test('text and mistakes of a form, whatever its fields are called', async (bus, root) => {
    const stop = start(root, bus), said = [], { error } = console;
    root.append(...cases.map((fields) => el('form', { 'data-bus-text': 'text' }, ...fields.map(field))));
    await settled();
    bus.publish('text', 'shown');
    for (const form of root.children) assert.equal(get(form, 'textContent'), 'shown');
    root.replaceChildren();
    console.error = (text) => said.push(text);
    root.append(...cases.map((fields) => el('form', { 'data-bus-txt': '' }, ...fields.map(field))));
    await settled();
    console.error = error;
    assert.deepEqual(said, cases.map(() => 'trolleybus: data-bus-txt of <form data-bus-txt="">:'));
    stop();
  });

  test('a template makes, moves and removes forms, whatever their fields are called', async (bus, root) => {
    const stop = start(root, bus), lists = cases.map((fields) => {
      const template = () => el('template', { 'data-bus-template': 'list', 'data-bus-key': 'id' }, el('form', { 'data-bus-attr-title': '.id' }, ...fields.map(field), el('i', { 'data-bus-text': '.id' })));
      // What the server made has such fields too.
      return el('div', {}, template(), el('form', { 'data-bus-item': '' }, ...fields.map(field)), el('hr'));
    });
    root.append(...lists);
    await settled();
    for (const ids of ['ab', 'ca', 'c', '']) {
      bus.publish('list', [...ids].map((id) => ({ id })));
      lists.forEach((list, i) => {
        const forms = [...list.children].slice(1, -1);
        assert.equal(forms.map((form) => call(form, 'getAttribute', 'title')).join(''), ids, cases[i][0]);
        assert.equal(forms.map((form) => get(get(form, 'lastElementChild'), 'textContent')).join(''), ids, cases[i][0]);
      });
    }
    stop();
  });

  test('a form may be the root, and close its dialog', async (bus, root) => {
    for (const fields of cases) {
      const form = el('form', { 'data-bus-publish': 'never', 'method': 'dialog' }, ...fields.map(field), el('button', { 'data-bus-publish': 'sent' }), el('p', { 'data-bus-text': 'sent' })), seen = [];
      const dialog = el('dialog', {}, form), off = bus.subscribe('sent', (data) => seen.push(data));
      root.append(dialog);
      dialog.showModal();
      const stop = start(form, bus);
      HTMLElement.prototype.click.call(get(get(form, 'lastElementChild'), 'previousElementSibling'));
      assert.deepEqual(seen, [Object.fromEntries(fields.map((name) => [name, 'v']))], fields[0]);
      assert.isFalse(dialog.open, fields[0]);
      stop();
      off();
      dialog.remove();
    }
    assert.equal(count(bus), 0);
  });

  test('D12 a form owns subscriptions until it is removed, whatever its fields are called', async (bus, root) => {
    const seen = [], forms = cases.map((fields) => el('form', {}, ...fields.map(field)));
    root.append(...forms);
    forms.forEach((owner, i) => bus.subscribe('a', () => seen.push(cases[i][0]), { owner }));
    bus.publish('a');
    assert.deepEqual(seen.splice(0), cases.map(([name]) => name));
    root.replaceChildren();
    bus.publish('a');
    assert.deepEqual(seen, []);
    await until(() => count(bus) === 0);
  });

  test('a bridge joins a form both ways and ends with it, whatever its fields are called', async (bus, root) => {
    const seen = [], forms = cases.map((fields) => el('form', {}, ...fields.map(field)));
    root.append(...forms);
    forms.forEach((form, i) => {
      bus.bridge(form, { from: { out: `from.${i}`, into: `back.${i}` }, to: { [`to.${i}`]: 'into' } });
      call(form, 'dispatchEvent', new CustomEvent('out', { detail: i }));
      EventTarget.prototype.addEventListener.call(form, 'into', ({ detail }) => seen.push(detail));
    });
    bus.subscribe('*.*', (data, { topic }) => seen.push([topic, data]));
    forms.forEach((form, i) => {
      call(form, 'dispatchEvent', new CustomEvent('out', { detail: 'x' }));
      bus.publish(`to.${i}`, 'y');
      assert.deepEqual(seen.splice(0), [[`from.${i}`, 'x'], 'y', [`to.${i}`, 'y']], cases[i][0]);
    });
    root.replaceChildren();
    await until(() => count(bus) === 1);
    forms.forEach((form) => call(form, 'dispatchEvent', new CustomEvent('out')));
    assert.deepEqual(seen, []);
  });

  test('a bridge that ends takes its listeners from a form whose fields came later', async (bus, root) => {
    for (const fields of cases) {
      const form = el('form'), seen = [], off = bus.subscribe('out', () => seen.push('out'));
      const end = bus.bridge(form, { from: { out: 'out' } });
      form.append(...fields.map(field));
      end();
      call(form, 'dispatchEvent', new Event('out'));
      assert.deepEqual(seen, [], fields[0]);
      off();
    }
  });
}
