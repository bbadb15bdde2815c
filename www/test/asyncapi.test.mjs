import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Validator } from '@cfworker/json-schema';
import { Parser } from '@asyncapi/parser';
import { assert } from 'chai';

const root = new URL('../../', import.meta.url);
const golden = (name) => readFile(new URL(`cmd/asyncapi/testdata/shop.${name}.json`, root), 'utf8');
const documents = {
  'of the tests': () => golden('asyncapi'),
  'of the demo': () => readFile(new URL('build/asyncapi.json', root), 'utf8'),
};

for (const [name, read] of Object.entries(documents)) {
  test(`the AsyncAPI document ${name} is a valid one`, async () => {
    const { document, diagnostics } = await new Parser().parse(await read());
    // 0 is an error, 1 a warning; that servers, tags or licences are missing is not about topics.
    assert.deepEqual(diagnostics.filter(({ severity }) => severity === 0).map(({ message, path }) => `${path.join('.')}: ${message}`), []);
    assert.isDefined(document);
    assert.equal(document.version(), '3.0.0');
    const channels = document.channels().all();
    assert.isAbove(channels.length, 5);
    for (const channel of channels) {
      const [message, ...more] = channel.messages().all();
      assert.isEmpty(more);
      assert.equal(message.name(), channel.address());
      assert.isTrue(message.hasPayload());
    }
  });
}

describe('the schemas of a document accept what encoding/json writes, and not other things', async () => {
  const document = JSON.parse(await golden('asyncapi')), samples = JSON.parse(await golden('samples'));
  const validatorOf = (topic) => {
    const id = Object.keys(document.channels).find((id) => document.channels[id].address === topic);
    return new Validator({ ...document, ...document.components.messages[id].payload }, '7', false);
  };
  for (const [topic, values] of Object.entries(samples)) {
    test(topic, () => {
      const validator = validatorOf(topic);
      for (const value of values) assert.deepEqual(validator.validate(value).errors, [], JSON.stringify(value));
    });
  }
  const [, order] = samples['order.placed'];
  for (const [what, change] of Object.entries({
    'a number for text': (o) => { o.id = 7; },
    'a missing member': (o) => { delete o.Total; },
    'null that encoding/json never writes': (o) => { o.gift = null; },
    'text for a number': (o) => { o.Total = '1'; },
    'a number that is quoted': (o) => { o.count = 3; },
    'an item without its price': (o) => { delete o.items[0].price; },
    'a label that is no text': (o) => { o.labels.a = 1; },
    'a key that is no number': (o) => { o.stock.x = o.stock['-4']; },
    'too many bytes': (o) => { o.sum.push(1); },
    'a negative byte': (o) => { o.sum[0] = -1; },
  })) {
    test(`not ${what}`, () => {
      const wrong = structuredClone(order);
      change(wrong);
      assert.isFalse(validatorOf('order.placed').validate(wrong).valid);
    });
  }
});
