import { VALUES } from '../values.mjs';
import { until } from './contract.mjs';

/** An element; children of a template are its content. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  (element.content ?? element).append(...children);
  return element;
}

// Attributes in plain HTML. Each test has a root of its own, which is gone when it ends.
export function html(register, assert, make, start) {
  const scripts = (bus) => bus.subscriptions().filter(({ side, name }) => side === 'script' && name === 'html').length;
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  /** A test that says what it expects on the console. */
  const test = (name, run, expected = []) => register(`HTML ${name}`, async () => {
    const bus = await make(), root = el('section'), said = [], { error } = console;
    document.body.append(root);
    const stop = start(root, bus);
    console.error = (...parts) => said.push(parts.join(' '));
    try {
      await run({ bus, root, add: async (...nodes) => { root.append(...nodes); await settled(); }, texts: (selector) => [...root.querySelectorAll(selector)].map((found) => found.textContent) });
      assert.equal(said.length, expected.length, said.join('\n'));
      expected.forEach((pattern, i) => assert.match(said[i], pattern));
    } finally {
      console.error = error;
      stop();
      root.remove();
    }
    assert.equal(scripts(bus), 0, 'subscriptions that are left');
  });
  const recorded = (bus, topic) => {
    const seen = [];
    bus.subscribe(topic, (data) => seen.push(data));
    return seen;
  };

  test('start takes a node and a bus, and refuses what is none with a typed error', async ({ bus }) => {
    const root = el('section'), refused = [];
    for (const [what, value] of Object.entries(VALUES)) {
      for (const args of [[value(), bus], [root, value()]]) {
        if (args.includes(undefined)) continue; // left out
        try {
          start(...args)();
        } catch (error) {
          assert.equal(error.code, 'TB_OPTION', what);
          assert.match(error.message, /^(root: expected a Node|bus: expected a Bus), got |: cannot be read: /, what);
          refused.push(what);
        }
      }
    }
    assert.isAbove(refused.length, 150);
    assert.throws(() => start(document.querySelector('#not-there'), bus), /^root: expected a Node, got null$/);
  });

  test('data that is too deep, too large or refers back is no text, and other elements go on', async ({ bus, add }) => {
    const itself = {};
    itself.self = itself;
    const far = [Array.from({ length: 100_000 }).reduce((inner) => ({ inner }), 1), Array.from({ length: 60 }).reduce((inner) => [inner, inner], 1), Array.from({ length: 20_000 }, () => ({})), itself];
    bus.topic('data', { retain: true });
    bus.publish('data', { far, near: 1, some: Array.from({ length: 9000 }, (_, i) => i) });
    const elements = ['far.0', 'near', 'far.1', 'far.2', 'far.3', 'far.2.7', 'some'].map((place) => el('p', { 'data-bus-text': `data ${place}` }, 'before'));
    await add(...elements);
    assert.deepEqual(elements.slice(0, 6).map(({ textContent }) => textContent), ['before', '1', 'before', 'before', 'before', '{}']);
    assert.lengthOf(JSON.parse(elements[6].textContent), 9000);
  }, [/too deep/, /too large/, /too large/, /circular|cyclic/i]);

  test('data-bus-text shows the last event of a topic, by a path, as text', async ({ bus, add }) => {
    bus.topic('cart', { retain: true });
    bus.publish('cart', { total: 5, lines: [{ title: '<b>x</b>' }] });
    const [total, title, all, missing] = ['cart total', 'cart lines.0.title', 'cart', 'cart constructor.name'].map((place) => el('p', { 'data-bus-text': place }, 'before'));
    await add(total, title, all, missing);
    assert.equal(total.textContent, '5', 'the retained value');
    assert.equal(title.textContent, '<b>x</b>');
    assert.equal(title.children.length, 0);
    assert.equal(all.textContent, '{"total":5,"lines":[{"title":"<b>x</b>"}]}');
    assert.equal(missing.textContent, '', 'what data inherits is not data');
    bus.publish('cart', { total: 6, lines: 'abc' });
    assert.equal(total.textContent, '6', 'at once');
    assert.equal(title.textContent, '');
  });

  test('a pattern shows the last event of all its topics', async ({ bus, add, root }) => {
    await add(el('p', { 'data-bus-text': 'bill.* id' }, 'none yet'));
    assert.equal(root.textContent, 'none yet', 'what the page says stays until there is an event');
    bus.publish('bill.sent', { id: 1 });
    bus.publish('bill.paid', { id: 2 });
    assert.equal(root.textContent, '2');
  });

  test('one subscription serves all elements of a topic', async ({ bus, add }) => {
    const many = Array.from({ length: 100 }, () => el('p', { 'data-bus-text': 'a' }));
    await add(...many);
    assert.equal(scripts(bus), 1);
    bus.publish('a', 1);
    assert.isTrue(many.every(({ textContent }) => textContent === '1'));
    const late = el('p', { 'data-bus-text': 'a' });
    await add(late);
    assert.equal(late.textContent, '1');
  });

  test('data-bus-attr-* sets attributes, data-bus-class-* classes', async ({ bus, add }) => {
    const link = el('a', { 'data-bus-attr-href': 'a url', 'data-bus-attr-hidden': 'a !url', 'data-bus-attr-aria-busy': 'a busy', 'data-bus-attr-title': 'a title', 'data-bus-class-is-on': 'a url', 'class': 'mine' });
    await add(link);
    bus.publish('a', { url: '/x?y=1', busy: false, title: 3 });
    assert.equal(link.outerHTML.replace(/ data-bus-[^=]+="[^"]*"/g, ''), '<a class="mine is-on" href="/x?y=1" aria-busy="false" title="3"></a>');
    bus.publish('a', { busy: true });
    assert.equal(link.outerHTML.replace(/ data-bus-[^=]+="[^"]*"/g, ''), '<a class="mine" aria-busy="true" hidden=""></a>');
  });

  test('data-bus-format writes numbers, money and times in the language of the element', async ({ bus, add, root, texts }) => {
    root.lang = 'de';
    await add(...['number', 'percent', 'currency EUR', 'minor EUR', 'minor JPY'].map((format) => el('p', { 'data-bus-text': 'a', 'data-bus-format': format })), el('p', { 'data-bus-text': 'at', 'data-bus-format': 'date' }));
    bus.publish('a', 1234.5);
    bus.publish('at', Date.UTC(2026, 0, 31, 12));
    assert.deepEqual(texts('p').map((text) => text.replaceAll('\u00a0', ' ')), ['1.234,5', '123.450 %', '1.234,50 €', '12,35 €', '1.235 ¥'.replace('1.235', texts('p')[4].split(/\s/)[0]), '31.01.2026']);
  });

  test('data-bus-initial is shown until there is an event', async ({ bus, add }) => {
    const count = el('p', { 'data-bus-text': 'cart count', 'data-bus-initial': '{"count":0}' });
    await add(count);
    assert.equal(count.textContent, '0');
    bus.publish('cart', { count: 2 });
    assert.equal(count.textContent, '2');
  });

  test('data-bus-template makes a clone for each item and keeps those of the same key', async ({ bus, add, texts, root }) => {
    await add(el('ul', {}, el('template', { 'data-bus-template': 'list items', 'data-bus-key': 'id' }, el('li', { 'data-bus-text': '.name' })), el('li', { class: 'last' }, 'end')));
    const names = (...all) => bus.publish('list', { items: all.map((name) => ({ id: name[0], name })) });
    names('a', 'b', 'c');
    assert.deepEqual(texts('li'), ['a', 'b', 'c', 'end']);
    const [a, b, c] = root.querySelectorAll('li');
    b.dataset.mine = 'state';
    names('c2', 'b2', 'd');
    assert.deepEqual(texts('li'), ['c2', 'b2', 'd', 'end']);
    assert.strictEqual(root.querySelectorAll('li')[0], c);
    assert.strictEqual(root.querySelectorAll('li')[1], b);
    assert.equal(b.dataset.mine, 'state');
    assert.isFalse(a.isConnected);
    names();
    assert.deepEqual(texts('li'), ['end']);
    bus.publish('list', {});
    assert.deepEqual(texts('li'), ['end']);
  });

  test('nested templates show items of items, at the top of another template too', async ({ bus, add, texts }) => {
    const inner = el('template', { 'data-bus-template': '.lines' }, el('li', { 'data-bus-text': '.' }));
    const outer = el('template', { 'data-bus-template': 'a', 'data-bus-key': 'id' }, el('li', { 'data-bus-text': '.id' }), inner, el('li', { 'data-bus-text': 'b' }));
    await add(el('ul', {}, outer));
    bus.topic('b', { retain: true });
    bus.publish('b', 'B');
    bus.publish('a', [{ id: 1, lines: ['x', 'y'] }, { id: 2, lines: ['z'] }]);
    assert.deepEqual(texts('li'), ['1', 'x', 'y', 'B', '2', 'z', 'B']);
    bus.publish('a', [{ id: 2, lines: ['z', 'w'] }, { id: 1, lines: [] }]);
    assert.deepEqual(texts('li'), ['2', 'z', 'w', 'B', '1', 'B']);
    bus.publish('a', [{ id: 2, lines: ['z'] }]);
    assert.deepEqual(texts('li'), ['2', 'z', 'B']);
    bus.publish('a', null);
    assert.deepEqual(texts('li'), []);
    assert.equal(scripts(bus), 1, 'that of the outer template');
  });

  test('a template of what is no list is there while there is something', async ({ bus, add, texts }) => {
    await add(el('template', { 'data-bus-template': 'user' }, el('p', { 'data-bus-text': '.name' })));
    bus.publish('user', { name: 'Ada' });
    assert.deepEqual(texts('p'), ['Ada']);
    bus.publish('user', null);
    assert.deepEqual(texts('p'), []);
    bus.publish('user', false);
    assert.deepEqual(texts('p'), []);
  });

  test('what a template made on the server or before is replaced', async ({ bus, add, texts }) => {
    await add(el('ul', {}, el('template', { 'data-bus-template': 'a' }, el('li', { 'data-bus-text': '.' })), el('li', { 'data-bus-item': '' }, 'old'), el('li', {}, 'end')));
    assert.deepEqual(texts('li'), ['old', 'end']);
    bus.publish('a', ['new']);
    assert.deepEqual(texts('li'), ['new', 'end']);
  });

  test('two items of one key are both shown, and it is said', async ({ bus, add, texts }) => {
    await add(el('template', { 'data-bus-template': 'a', 'data-bus-key': 'id' }, el('p', { 'data-bus-text': '.n' })));
    bus.publish('a', [{ id: 1, n: 1 }, { id: 1, n: 2 }]);
    bus.publish('a', [{ id: 1, n: 3 }, { id: 1, n: 4 }]);
    assert.deepEqual(texts('p'), ['3', '4']);
  }, [/data-bus-key of <template .*several items have the key 1/]);

  test('buttons publish on click: JSON, the item around, or their name and value', async ({ bus, add, root }) => {
    const seen = recorded(bus, 'add');
    await add(
      el('button', { 'data-bus-publish': 'add', 'data-bus-data': '{"sku":"emma"}' }, el('b', {}, 'Add')),
      el('button', { 'data-bus-publish': 'add', 'name': 'sku', 'value': 'walden' }),
      el('button', { 'data-bus-publish': 'add' }),
      el('template', { 'data-bus-template': 'list' }, el('i', { 'data-bus-publish': 'add', 'data-bus-data': '.sku' }), el('i', { 'data-bus-publish': 'add', 'data-bus-data': '.' })),
    );
    bus.publish('list', [{ sku: 'dracula' }]);
    root.querySelector('b').click();
    for (const element of root.querySelectorAll('button, i')) element.click();
    assert.deepEqual(seen, [{ sku: 'emma' }, { sku: 'emma' }, { sku: 'walden' }, undefined, 'dracula', { sku: 'dracula' }]);
  });

  test('a form publishes its values instead of being sent', async ({ bus, add }) => {
    const seen = recorded(bus, 'order');
    const button = el('button', { name: 'by', value: 'card' });
    const form = el('form', { 'data-bus-publish': 'order', 'action': '/elsewhere' },
      el('input', { name: 'name', value: 'Ada' }), el('input', { name: 'n', type: 'number', value: '3' }), el('input', { name: 'none', type: 'number' }),
      el('input', { name: 'gift', type: 'checkbox' }), el('input', { name: 'terms', type: 'checkbox', checked: '' }),
      el('input', { name: 'size', type: 'radio', value: 's' }), el('input', { name: 'size', type: 'radio', value: 'm', checked: '' }),
      el('input', { name: 'tag', type: 'checkbox', value: 'a', checked: '' }), el('input', { name: 'tag', type: 'checkbox', value: 'b' }),
      el('input', { name: 'news', type: 'checkbox', value: 'yes' }),
      el('select', { name: 'many', multiple: '' }, el('option', { selected: '' }, 'x'), el('option', { selected: '' }, 'y')), el('select', { name: 'one' }, el('option', {}, 'x')),
      el('textarea', { name: 'note' }, 'hi'), el('input', { name: 'off', disabled: '', value: 'no' }), el('input', { name: '__proto__', value: 'p' }), button);
    await add(form);
    button.click();
    assert.deepEqual(Object.entries(seen[0]), Object.entries({
      name: 'Ada', n: 3, none: null, gift: false, terms: true, size: 'm', tag: ['a'], news: null, many: ['x', 'y'], one: 'x', note: 'hi', ['__proto__']: 'p', by: 'card',
    }));
    assert.equal(Object.getPrototypeOf(seen[0]), Object.prototype);
    assert.equal(seen.length, 1);
  });

  test('a form whose fields have names of its properties, and one that closes a dialog', async ({ bus, add }) => {
    const seen = recorded(bus, 'order');
    const form = el('form', { 'data-bus-publish': 'order', 'data-bus-class-sent': 'order', 'method': 'dialog' },
      ...['attributes', 'elements', 'method', 'name', 'id', 'action', 'submit'].map((name) => el('input', { name, value: name })), el('button'));
    const dialog = el('dialog', {}, form);
    await add(dialog);
    dialog.showModal();
    form.querySelector('button').click();
    assert.deepEqual(seen, [{ attributes: 'attributes', elements: 'elements', method: 'method', name: 'name', id: 'id', action: 'action', submit: 'submit' }]);
    assert.equal(form.className, 'sent');
    assert.isFalse(dialog.open);
  });

  test('fields publish on input, and anything on the events that data-bus-on names', async ({ bus, add }) => {
    const seen = recorded(bus, 'f');
    const publish = { 'data-bus-publish': 'f' };
    const text = el('input', { ...publish, name: 'q' }), check = el('input', { ...publish, type: 'checkbox' }), select = el('select', { ...publish, 'name': 's', 'data-bus-on': 'change focus' }, el('option', {}, 'x'));
    const custom = el('div', { ...publish, 'data-bus-on': 'picked' });
    await add(text, check, select, custom);
    text.value = 'tro';
    text.dispatchEvent(new InputEvent('input', { bubbles: true }));
    check.click();
    select.dispatchEvent(new Event('change', { bubbles: true }));
    select.dispatchEvent(new Event('focus')); // does not bubble
    select.dispatchEvent(new Event('input', { bubbles: true }));
    custom.append(el('span'));
    custom.firstChild.dispatchEvent(new CustomEvent('picked', { bubbles: true, detail: 7 }));
    custom.firstChild.dispatchEvent(new CustomEvent('picked', { detail: 8 })); // stays where it is
    assert.deepEqual(seen, [{ q: 'tro' }, true, { s: 'x' }, { s: 'x' }, 7]);
  });

  test('an event that another listener keeps to itself is not published', async ({ bus, add }) => {
    const seen = recorded(bus, 'a'), button = el('button', { 'data-bus-publish': 'a' });
    button.addEventListener('click', (event) => event.stopPropagation(), { once: true });
    await add(button);
    button.click();
    assert.equal(seen.length, 0);
    button.click();
    assert.equal(seen.length, 1);
  });

  test('elements around another publish after it, all of those at the time of the event', async ({ bus, add, root }) => {
    const seen = recorded(bus, '*');
    await add(el('div', { 'data-bus-publish': 'outer', 'data-bus-data': '2' }, el('button', { 'data-bus-publish': 'inner', 'data-bus-data': '1' })));
    bus.subscribe('inner', () => root.replaceChildren());
    root.querySelector('button').click();
    assert.deepEqual(seen, [1, 2]);
  });

  test('content that is added, changed, moved and removed', async ({ bus, root, add }) => {
    const text = el('p', { 'data-bus-text': 'a' }), box = el('div', {}, el('div', {}, text));
    await add(box);
    bus.publish('a', 1);
    assert.equal(text.textContent, '1');
    const there = el('div');
    await add(there);
    there.append(box);
    bus.publish('a', 2);
    await settled();
    bus.publish('a', 3);
    assert.equal(text.textContent, '3', 'moved');
    root.lang = 'en';
    text.setAttribute('data-bus-format', 'percent');
    await settled();
    assert.equal(text.textContent, '300%', 'an attribute beside it');
    text.removeAttribute('data-bus-format');
    text.setAttribute('data-bus-text', 'b');
    await settled();
    assert.equal(scripts(bus), 1);
    bus.publish('b', 4);
    bus.publish('a', 5);
    assert.equal(text.textContent, '4', 'another topic');
    there.remove();
    await settled();
    assert.equal(scripts(bus), 0);
    bus.publish('b', 6);
    assert.equal(text.textContent, '4');
    root.append(there);
    text.removeAttribute('data-bus-text');
    await settled();
    assert.equal(scripts(bus), 0);
  });

  test('hundreds of insertions leave nothing behind', async ({ bus, root, add }) => {
    const template = () => el('div', {}, el('template', { 'data-bus-template': 'a' }, el('p', { 'data-bus-text': 'b' }, el('i', { 'data-bus-class-on': '.' }))), el('bus-topic', { name: 'c' }));
    for (let i = 0; i < 200; i++) {
      const content = template();
      await add(content);
      bus.publish('a', [i]);
      bus.publish('b', i);
      bus.publish('c', i);
      assert.equal(content.textContent, `${i}${i}`);
      assert.equal(scripts(bus), 3);
      if (i % 2) content.remove();
      else root.replaceChildren();
    }
    await settled();
    assert.equal(scripts(bus), 0);
  });

  test('<bus-topic> shows a topic wherever it is, and follows its attributes', async ({ bus, add, root }) => {
    const element = el('bus-topic', { name: 'cart', path: 'total', format: 'minor EUR' });
    root.lang = 'en';
    await add(element);
    bus.publish('cart', { total: 1234, n: 1 });
    bus.publish('other', { n: 2 });
    assert.equal(element.textContent, '€12.34');
    element.removeAttribute('format');
    element.setAttribute('path', 'n');
    assert.equal(element.textContent, '1', 'as soon as the attribute changes');
    element.setAttribute('name', 'other');
    bus.publish('other', { n: 3 });
    assert.equal(element.textContent, '3');
    assert.equal(scripts(bus), 1);
    element.remove();
    assert.equal(scripts(bus), 0);
    await add(el('template', { 'data-bus-template': 'list' }, el('bus-topic', { path: '.name' })));
    bus.publish('list', [{ name: 'x' }, { name: 'y' }]);
    assert.equal(root.textContent, 'xy');
  });

  test('a shadow tree is a root of its own, and <bus-topic> is shown in any', async ({ bus, add }) => {
    const host = el('div'), shadow = host.attachShadow({ mode: 'open' }), seen = recorded(bus, 'click');
    const button = el('button', { 'data-bus-publish': 'click' });
    shadow.append(el('p', { 'data-bus-text': 'a' }), el('bus-topic', { name: 'a' }), button);
    await add(host);
    bus.publish('a', 1);
    assert.equal(shadow.textContent, '1', 'the element only');
    const stop = start(shadow, bus);
    bus.publish('a', 2);
    assert.equal(shadow.textContent, '22');
    button.click();
    assert.equal(seen.length, 1);
    stop();
    bus.publish('a', 3);
    assert.equal(shadow.textContent, '23');
  });

  test('a root is started once, and ends', async ({ bus, root, add }) => {
    const seen = recorded(bus, 'p'), button = el('button', { 'data-bus-publish': 'p' }), list = el('ul', {}, el('template', { 'data-bus-template': 'a' }, el('li')));
    const stop = start(root, bus);
    await add(button, list);
    button.click();
    assert.equal(seen.length, 1, 'not twice');
    bus.publish('a', [1, 2]);
    assert.equal(list.children.length, 3);
    stop();
    button.click();
    assert.equal(seen.length, 1);
    assert.equal(scripts(bus), 0);
    assert.equal(list.children.length, 1);
    const again = start(root, bus);
    button.click();
    assert.equal(seen.length, 2);
    again();
  });

  for (const [what, element, topic, pattern] of [
    ['an event handler', () => el('p', { 'data-bus-attr-onclick': 'a' }), 'a', /data-bus-attr-onclick of <p .*refused/],
    ['srcdoc', () => el('p', { 'data-bus-attr-srcdoc': 'a' }), 'a', /refused/],
    ['style', () => el('p', { 'data-bus-attr-style': 'a' }), 'a', /refused/],
    ['attributes of this and of other libraries', () => el('p', { 'data-bus-attr-data-bus-publish': 'a' }), 'a', /refused/],
    ['code of Alpine', () => el('p', { 'data-bus-attr-x-data': 'a' }), 'a', /refused/],
    ['a script', () => el('script', { 'type': 'text/plain', 'data-bus-text': 'a' }), 'a', /data-bus-text of <script .*refused/],
    ['the source of a script', () => el('script', { 'type': 'text/plain', 'data-bus-attr-src': 'a' }), 'a', /refused/],
    ['a plug-in', () => el('object', { 'data-bus-attr-data': 'a' }), 'a', /refused/],
    ['a frame', () => el('iframe', { 'data-bus-attr-src': 'a' }), 'a', /refused/],
    ['an unknown attribute', () => el('p', { 'data-bus-txt': 'a' }), 'a', /data-bus-txt of <p data-bus-txt="a">: .*expected one of data-bus-publish, .*data-bus-initial.*, got "data-bus-txt"/],
    ['text with a name', () => el('p', { 'data-bus-text-x': 'a' }), 'a', /expected one of data-bus-publish, .*, got "data-bus-text-x"/],
    ['a property of all objects', () => el('p', { 'data-bus-constructor': 'a' }), 'a', /got "data-bus-constructor"/],
    ...Object.entries({ data: '1', on: 'click', key: 'id', format: 'number', initial: '1' }).map(([name, value]) => [
      `data-bus-${name} alone`, () => el('p', { [`data-bus-${name}`]: value }), 'a', new RegExp(`data-bus-${name} of <p .*expected data-bus-.* beside it, got none`),
    ]),
    ['data-bus-format beside what it says nothing of', () => el('p', { 'data-bus-class-x': 'a', 'data-bus-format': 'number' }), 'a', /expected data-bus-text or data-bus-attr-NAME beside it/],
    ['data that are no JSON, before anybody clicks', () => el('button', { 'data-bus-publish': 'a', 'data-bus-data': '{sku}' }), 'a', /data-bus-data of <button .*expected JSON, got "{sku}"/],
    ['data of no item and more', () => el('button', { 'data-bus-publish': 'a', 'data-bus-data': '.a .b' }), 'a', /data-bus-data of <button .*expected "topic"/],
    ['a malformed topic to publish on, before anybody clicks', () => el('button', { 'data-bus-publish': 'a..b' }), 'a', /data-bus-publish of <button .*empty token \(at position 2\)/],
    ['a pattern to publish on', () => el('button', { 'data-bus-publish': 'a.*' }), 'a', /data-bus-publish of <button .*\*/],
    ['a misspelt attribute of <bus-topic>', () => el('bus-topic', { name: 'b', formt: 'number' }), 'a', /formt of <bus-topic .*expected one of name, path, format, got "formt"/],
    ['<bus-topic> without a topic', () => el('bus-topic', { path: 'x' }), 'a', /name of <bus-topic path="x">: .*expected a topic or pattern, got none/],
    ['a malformed topic', () => el('p', { 'data-bus-text': 'a..b' }), 'a', /TB_TOPIC|empty token/],
    ['a topic, a path and more', () => el('p', { 'data-bus-text': 'a b c' }), 'a', /expected "topic".*, got "a b c"/],
    ['no topic', () => el('p', { 'data-bus-text': '' }), 'a', /expected "topic".*, got ""/],
    ['a path of no item', () => el('p', { 'data-bus-text': '.x' }), 'a', /is not inside a data-bus-template/],
    ['a template that is none', () => el('p', { 'data-bus-template': 'a' }), 'a', /only a <template>/],
    ['a format', () => el('p', { 'data-bus-text': 'a', 'data-bus-format': 'money' }), 'a', /expected number, .* or datetime, got "money"/],
  ]) {
    test(`refuses ${what}, says so once, and goes on`, async ({ bus, add, root, texts }) => {
      const wrong = element();
      await add(wrong, el('b', { 'data-bus-text': 'a' }));
      bus.publish(topic, 'alert(1)');
      bus.publish(topic, 'alert(2)');
      assert.deepEqual(texts('b'), ['alert(2)']);
      assert.notInclude(wrong.textContent, 'alert');
      assert.isFalse(['onclick', 'srcdoc', 'style', 'src', 'x-data'].some((name) => wrong.hasAttribute(name)));
      root.append(wrong); // moved: nothing new is said
      await settled();
    }, [pattern]);
  }

  test('a wrong initial value is said of its attribute, and events are shown', async ({ bus, add, texts }) => {
    await add(el('b', { 'data-bus-text': 'a', 'data-bus-initial': '{' }), el('bus-topic', { name: 'a', 'data-bus-initial': '[' }), el('i', { 'data-bus-text': 'a', 'data-bus-initial': 'null' }));
    assert.deepEqual(texts('*'), ['', '', '']);
    bus.publish('a', 1);
    assert.deepEqual(texts('*'), ['1', '1', '1']);
  }, [/data-bus-initial of <bus-topic .*expected JSON, got "\["/, /data-bus-initial of <b .*expected JSON, got "{"/]);

  test('<bus-topic nam> is said, and so is that it has no name', async ({ add }) => {
    await add(el('bus-topic', { nam: 'cart' }));
  }, [/nam of <bus-topic nam="cart">: .*expected one of name, path, format, got "nam"/, /name of <bus-topic .*expected a topic or pattern, got none/]);

  test('<bus-topic> may have the attributes of all elements and those of libraries, and be named right behind its making', async ({ root, add }) => {
    await add(el('bus-topic', { name: 'a', id: 'x', class: 'y', title: 't', lang: 'en', hidden: '', tabindex: '0', role: 'status', slot: 's', part: 'p', is: 'z', itemprop: 'i', 'aria-live': 'polite', 'data-x': '1', 'v-cloak': '', _x: '', 'x:y': '' }));
    const late = document.createElement('bus-topic');
    root.append(late);
    late.setAttribute('name', 'a');
    await settled();
  });

  // What is refused is the table in docs/HTML.md, which a test of its own tries.
  test('data-bus-attr-* sets what is no code: attributes of HTML, SVG, ARIA, components and pages', async ({ bus, add }) => {
    const names = `abbr accept-charset accesskey align alt aria-label autocomplete class cols colspan content contenteditable coords crossorigin
      cx d data-id data-state data-user-name data-data data-x data-v data-x1 data-vue data-online data-onward data-texture data-href data-url data-src data-actions data-größe
      datetime dir disabled download draggable enterkeyhint fill-opacity for form headers height hidden high href hreflang id image-href
      inputmode kind label lang list loading max maxlength media method min name open order pattern placeholder points popovertarget preload r
      readonly rel required role rowspan scope selected shape size sizes slot sort-by span spellcheck src srcset start step stroke-width tabindex target
      text-anchor title translate type upload value variant viewbox width wrap x x1 xlink:href xml:lang xml:space y zoom`.split(/\s+/);
    const elements = [el('p'), document.createElementNS('http://www.w3.org/2000/svg', 'a'), el('x-component')];
    for (const element of elements) for (const name of names) element.setAttribute(`data-bus-attr-${name}`, 'a');
    await add(...elements);
    bus.publish('a', 'v');
    for (const element of elements) for (const name of names) assert.equal(element.getAttribute(name), 'v', name);
  });

  test('refuses addresses that are code, and leaves none behind', async ({ bus, add }) => {
    const link = el('a', { 'data-bus-attr-href': 'a' }), image = el('img', { 'data-bus-attr-src': 'picture' });
    await add(link, image);
    bus.publish('a', 'https://example.org/');
    assert.equal(link.getAttribute('href'), 'https://example.org/');
    for (const address of ['javascript:alert(1)', ' java\nscript:alert(1)', '\u0001JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x']) {
      bus.publish('a', address);
      assert.isFalse(link.hasAttribute('href'), address);
    }
    bus.publish('a', '../x');
    assert.equal(link.getAttribute('href'), '../x');
    const others = el('p', { 'data-bus-attr-data-src': 'other', 'data-bus-attr-image-href': 'other', 'data-bus-attr-title': 'other', 'data-bus-attr-data-note': 'other' });
    await add(others);
    for (const code of ['javascript:alert(1)', ' data:text/html,x']) {
      bus.publish('other', code);
      assert.deepEqual(['data-src', 'image-href', 'title', 'data-note'].map((name) => others.getAttribute(name)), [null, null, code, code]);
    }
    bus.publish('other', 'urn:isbn:1');
    assert.deepEqual(['data-src', 'image-href', 'title'].map((name) => others.getAttribute(name)), ['urn:isbn:1', 'urn:isbn:1', 'urn:isbn:1']);
    bus.publish('picture', 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==');
    assert.isTrue(image.src.startsWith('data:image/gif'));
  }, [/data-bus-attr-href of <a .*refused: addresses with the scheme javascript:/, /data-bus-attr-data-src of <p .*javascript:/, /data-bus-attr-image-href of <p .*javascript:/]);

  test('JSON that does not parse and a malformed topic are said once for each element', async ({ bus, add, root }) => {
    await add(...[1, 2].map(() => el('button', { 'data-bus-publish': 'a', 'data-bus-data': '{sku}' })), el('button', { 'data-bus-publish': 'a b' }), el('button', { 'data-bus-publish': '$bus.x' }));
    for (const button of [...root.children, ...root.children]) button.click();
    root.firstChild.setAttribute('data-bus-data', '[]');
    await settled();
    root.firstChild.setAttribute('data-bus-data', '[');
    await settled();
    root.firstChild.click();
    assert.equal(bus.stats().published, 0);
  }, [/data-bus-data of <button .*JSON/, /data-bus-data of <button .*JSON/, /data-bus-publish of <button data-bus-publish="a b">/, /data-bus-publish of <button .*\$bus/, /data-bus-data of <button .*"\[">.*JSON/]);

  test('hostile data harm nobody else', async ({ bus, add }) => {
    const [bad, good] = ['a x', 'a y'].map((place) => el('p', { 'data-bus-text': place }));
    await add(bad, good);
    const cycle = {};
    cycle.cycle = cycle;
    for (const x of [10n ** 30n, Symbol('s'), cycle]) bus.publish('a', { x, y: typeof x });
    assert.equal(good.textContent, 'object');
    bus.publish('a', { get x() { throw new Error('hostile'); }, y: 'z' });
    assert.equal(good.textContent, 'z');
  }, [/data-bus-text of <p .*(circular|cyclic)/i]);

  test('a bus that is closed is said once, and what was shown stays', async ({ bus, root, add }) => {
    const text = el('p', { 'data-bus-text': 'a' }), button = el('button', { 'data-bus-publish': 'a' });
    await add(text, button);
    bus.publish('a', 1);
    await bus.close();
    button.click();
    button.click();
    await add(el('p', { 'data-bus-text': 'a' }), el('p', { 'data-bus-text': 'b' }));
    assert.equal(text.textContent, '1');
    root.replaceChildren();
    await settled();
  }, [/data-bus-publish of <button data-bus-publish="a">: .*closed/]);
}
