import { until } from './contract.mjs';

// The attributes of plain HTML, in a document.
export function html(test, assert, make, { start }) {
  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    (name === 'template' ? made.content : made).append(...children);
    return made;
  };
  const text = (value, attributes) => element('p', { 'data-bus-text': value, ...attributes });
  const shown = (bus) => bus.subscriptions().filter(({ name }) => name === 'html').length;
  /** Runs with attributes joined to a bus, in a part of the page that is removed afterwards. */
  const page = (name, run) => test(name, async () => {
    const bus = await make(), root = element('main'), errors = [], { error } = console;
    document.body.append(root);
    const stop = start(document, bus);
    console.error = (...parameters) => errors.push(parameters);
    try {
      await run({ bus, root, errors });
    } finally {
      console.error = error;
      stop();
      root.remove();
    }
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  page('what comes into the page shows the last event of a topic, and leaves nothing behind', async ({ bus, root }) => {
    bus.topic('cart.changed', { retain: true });
    bus.publish('cart.changed', { total: 7, lines: [{ title: 'Emma' }] });
    const total = text('cart.changed total'), first = text('cart.changed lines.0.title'), all = text('cart.changed');
    root.append(total, element('div', {}, first), all);
    await until(() => total.textContent === '7');
    assert.equal(first.textContent, 'Emma');
    assert.equal(all.textContent, '{"total":7,"lines":[{"title":"Emma"}]}');
    assert.equal(shown(bus), 1, 'one subscription for a topic');
    bus.publish('cart.changed', { total: 8, lines: [] });
    assert.deepEqual([total.textContent, first.textContent], ['8', '']);
    root.replaceChildren();
    await until(() => shown(bus) === 0);
    bus.publish('cart.changed', { total: 9 });
    assert.equal(total.textContent, '8');
    root.append(total);
    await until(() => total.textContent === '9');
  });

  page('an element that is moved goes on', async ({ bus, root }) => {
    const moved = text('a'), place = element('div');
    root.append(moved, place);
    await until(() => shown(bus) === 1);
    place.append(moved);
    await turn();
    bus.publish('a', 'here');
    assert.equal(moved.textContent, 'here');
    assert.equal(shown(bus), 1);
  });

  page('a thousand elements that come and go leave no subscription', async ({ bus, root }) => {
    for (let i = 0; i < 1000; i++) {
      root.append(element('div', {}, text(`many.t${i % 10}`), element('i', { 'data-bus-class-on': `many.t${i % 7}` })));
      if (i % 50 === 0) await turn();
      root.firstChild.remove();
    }
    await until(() => shown(bus) === 0);
  });

  page('data are text, whatever they look like', async ({ bus, root }) => {
    const hostile = text('a');
    root.append(hostile);
    await turn();
    bus.publish('a', '<img src=x onerror=alert(1)>');
    assert.equal(hostile.children.length, 0);
    assert.equal(hostile.textContent, '<img src=x onerror=alert(1)>');
    bus.publish('a', JSON.parse('{"__proto__":{"x":1}}'));
    assert.equal({}.x, undefined);
    const inherited = text('a constructor.name');
    root.append(inherited);
    await turn();
    assert.equal(inherited.textContent, '');
  });

  page('attributes and classes follow, but none that can run code', async ({ bus, root, errors }) => {
    const link = element('a', { 'data-bus-attr-href': 'a url', 'data-bus-attr-title': 'a title', 'data-bus-attr-hidden': 'a hidden', 'data-bus-class-new': 'a fresh', class: 'own' });
    const bad = element('p', { 'data-bus-attr-onclick': 'a title', 'data-bus-attr-srcdoc': 'a title', 'data-bus-attr-style': 'a title' });
    root.append(link, bad);
    await turn();
    assert.lengthOf(errors, 3);
    bus.publish('a', { url: '/books', title: 'Books', hidden: true, fresh: 1 });
    assert.deepEqual([link.getAttribute('href'), link.title, link.hidden, link.className], ['/books', 'Books', true, 'own new']);
    for (const url of ['javascript:alert(1)', ' java\tscript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'vbscript:x']) {
      bus.publish('a', { url, title: null, hidden: false });
      assert.isFalse(link.hasAttribute('href'), url);
    }
    assert.deepEqual([link.hasAttribute('title'), link.hidden, link.className], [false, false, 'own']);
    assert.lengthOf(errors, 4, 'said once');
    for (const url of ['https://example.com/a:b', 'a/b:c', '?x=y:z', '#a', 'mailto:a@example.com', 'books', '']) {
      bus.publish('a', { url });
      assert.equal(link.getAttribute('href'), url);
    }
    assert.isFalse(bad.hasAttribute('onclick'));
  });

  page('a template has a copy for each element, kept by its key', async ({ bus, root }) => {
    const list = element('ul', {}, element('template', { 'data-bus-template': 'cart.changed lines', 'data-bus-key': 'sku' },
      element('li', { 'data-bus-attr-id': '.sku' }, element('b', { 'data-bus-text': '.title' }), element('button', { 'data-bus-publish': 'cart.remove', 'data-bus-data': '.sku' }),
        element('span', {}, element('template', { 'data-bus-template': '.tags' }, element('i', { 'data-bus-text': '.' }))))));
    root.append(list);
    await turn();
    const line = (sku, title, tags = []) => ({ sku, title, tags });
    const titles = () => [...list.querySelectorAll('b')].map(({ textContent }) => textContent).join();
    bus.publish('cart.changed', { lines: [line('a', 'Emma', ['x', 'y']), line('b', 'Walden')] });
    assert.equal(titles(), 'Emma,Walden');
    assert.equal([...list.querySelectorAll('i')].map(({ textContent }) => textContent).join(), 'x,y');
    const [first, second] = list.querySelectorAll('li');
    bus.publish('cart.changed', { lines: [line('b', 'Walden'), line('c', 'Dracula'), line('a', 'Emma!', ['z'])] });
    assert.equal(titles(), 'Walden,Dracula,Emma!');
    assert.deepEqual([...list.querySelectorAll('li')].map(({ id }) => id), ['b', 'c', 'a']);
    assert.deepEqual([list.querySelectorAll('li')[2], list.querySelectorAll('li')[0]], [first, second]);
    assert.equal(first.querySelector('i').textContent, 'z');
    const removed = [];
    bus.subscribe('cart.remove', (sku) => removed.push(sku));
    list.querySelectorAll('button')[1].click();
    assert.deepEqual(removed, ['c']);
    bus.publish('cart.changed', {});
    assert.equal(list.querySelectorAll('li').length, 0);
  });

  page('clicks, forms, inputs and named events publish JSON or values', async ({ bus, root }) => {
    const seen = [];
    for (const topic of ['cart.add', 'order.placed', 'search.typed', 'help.toggled']) bus.subscribe(topic, (data) => seen.push([topic, data]));
    const input = (type, name, value, more = {}) => element('input', { type, name, value, ...more });
    const button = element('button', { type: 'button', 'data-bus-publish': 'cart.add', 'data-bus-data': '{"sku":"emma","n":1}' }, element('b'));
    const form = element('form', { 'data-bus-publish': 'order.placed' },
      input('text', 'who', 'Ann'), input('number', 'n', '3'), input('number', 'none', ''), input('checkbox', 'gift', 'on', { checked: '' }),
      input('checkbox', 'tags', 'x', { checked: '' }), input('checkbox', 'tags', 'y'), input('radio', 'pay', 'card'), input('radio', 'pay', 'cash', { checked: '' }),
      input('text', 'off', 'x', { disabled: '' }), element('select', { name: 'size', multiple: '' }, element('option', { selected: '' }, 's'), element('option', {}, 'm')),
      element('button', { name: 'how', value: 'now' }));
    const search = element('input', { 'data-bus-publish': 'search.typed' }), toggled = element('details', { 'data-bus-publish': 'help.toggled', 'data-bus-on': 'toggle' }, element('summary'));
    root.append(button, form, search, toggled);
    await turn();
    button.firstChild.click();
    form.querySelector('button').click();
    search.value = 'tram';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    toggled.open = true;
    await until(() => seen.length === 4);
    assert.deepEqual(seen, [
      ['cart.add', { sku: 'emma', n: 1 }],
      ['order.placed', { who: 'Ann', n: 3, none: null, gift: true, tags: ['x'], pay: 'cash', size: ['s'], how: 'now' }],
      ['search.typed', 'tram'],
      ['help.toggled', undefined],
    ]);
  });

  page('what is wrong is said once, and breaks nothing else', async ({ bus, root, errors }) => {
    const broken = element('button', { 'data-bus-publish': 'a..b' }), json = element('button', { 'data-bus-publish': 'a', 'data-bus-data': '{no' });
    const good = text('a');
    root.append(text('order..placed'), text('a b c'), text('.x'), element('p', { 'data-bus-txt': 'a' }), element('p', { 'data-bus-template': 'a' }), broken, json, good);
    await turn();
    assert.lengthOf(errors, 5);
    for (const button of [broken, json, broken, json]) button.click();
    assert.lengthOf(errors, 7);
    assert.include(errors[0][0], 'TB_TOPIC');
    assert.equal(errors[0][1], root.firstChild);
    assert.include(errors[6][0], 'data-bus-data="{no"');
    bus.publish('a', 'goes on');
    assert.equal(good.textContent, 'goes on');
    await bus.close();
    const late = element('button', { 'data-bus-publish': 'a' });
    root.append(late, text('late'));
    await turn();
    late.click();
    late.click();
    assert.lengthOf(errors, 9);
    assert.include(errors[7][0], 'TB_CLOSED');
    assert.equal(good.textContent, 'goes on');
  });

  page('a second start of the same root is the first one', async ({ bus }) => {
    assert.equal(start(document, bus), start(document));
  });
}
