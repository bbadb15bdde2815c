/** The error of a call, which has to be of a type. */
export const failing = (assert) => (call, type, check = () => {}) => {
  let error;
  try {
    call();
  } catch (e) {
    error = e;
  }
  assert.instanceOf(error, type);
  check(error);
  return error;
};

// What is read as a CloudEvent: objects and texts of strangers. No bus takes part in it.
export function cloudeventTexts(test, assert, { CloudEventError, fromCloudEvent, fromCloudEvents }) {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const least = { specversion: '1.0', id: '1', source: '/s', type: 'a' };

  const fails = failing(assert);
  const refused = (value, attribute, reason) => fails(() => fromCloudEvent(value), CloudEventError, (error) => {
    assert.deepEqual([error.code, error.attribute], ['TB_CLOUDEVENT', attribute], error.message);
    assert.match(error.reason, reason);
  });

  test('what is no CloudEvent is a typed error that says which attribute and why', async () => {
    for (const value of [undefined, null, 1, true, Symbol('s'), [], [least], () => {}, '', 'x', '[]', '1', new Map()]) {
      fails(() => fromCloudEvent(value), CloudEventError, (error) => assert.equal(error.code, 'TB_CLOUDEVENT'));
    }
    refused({}, 'specversion', /missing/);
    refused({ ...least, specversion: '0.3' }, 'specversion', /not "1.0"/);
    refused({ ...least, id: undefined }, 'id', /missing/);
    refused({ ...least, time: new Date() }, 'time', /not a string/);
    refused({ ...least, ext: 1n }, 'ext', /not a string/);
    refused({ ...least, ext: NaN }, 'ext', /not a string/);
    refused({ ...least, subject: '\ud800' }, 'subject', /character/);
    refused({ ...least, data: 1, data_base64: '' }, 'data_base64', /together with data/);
    refused({ ...least, data_base64: new Uint8Array(1) }, 'data_base64', /not base64/);
    refused({ ...least, traceparent: trace.slice(1) }, 'traceparent', /traceparent/);
    fails(() => fromCloudEvents([least, { ...least, id: '' }]), CloudEventError, (error) => {
      assert.deepEqual([error.index, error.attribute], [1, 'id']);
      assert.include(error.message, '1 of the batch');
    });
    for (const value of [least, '{}', 'null', undefined, [null], '["x"]', new Array(1)]) fails(() => fromCloudEvents(value), CloudEventError);
  });

  test('a hostile CloudEvent is an error or harmless', async () => {
    const boom = () => { throw new Error('boom'); };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const value of [
      { ...least, get data() { return boom(); } }, { get specversion() { return boom(); } }, { toJSON: boom }, { get toJSON() { return boom(); } }, proxy,
      new Proxy({}, { ownKeys: boom }), new Proxy({}, { get: boom }), { toJSON: () => proxy },
    ]) refused(value, '', /cannot be read/);
    refused(Object.create(least), 'specversion', /missing/);
    refused('{"__proto__":{"specversion":"1.0"},"id":"1","source":"/s","type":"a"}', '__proto__', /name/);
    refused({ ...least, ['__proto__']: 1 }, '__proto__', /name/);
    let reads = 0;
    const twice = { ...least, get id() { return reads++ === 0 ? 'x' : { no: 1 }; } };
    assert.equal(fromCloudEvent(twice).options.id, 'x');
    assert.equal(reads, 1);
    const { topic, data, options } = fromCloudEvent({ ...least, constructor: 'x', tostring: 'y', hasownproperty: true, data: { ['__proto__']: { polluted: 1 } } });
    assert.equal(topic, 'a');
    assert.deepEqual(options, { id: '1', source: '/s', extensions: { constructor: 'x', tostring: 'y', hasownproperty: true } });
    assert.deepEqual(Object.keys(data), ['__proto__']);
    assert.isUndefined({}.polluted);
  });

  test('a CloudEvent of any size', async () => {
    const head = JSON.stringify(least).slice(0, -1);
    refused(`${head},"data":"${'x'.repeat(2 ** 24)}"}`, '', /longer/);
    assert.lengthOf(fromCloudEvent(`${head},"data":"${'\\n'.repeat(2 ** 22)}"}`).data, 2 ** 22);
    assert.lengthOf(fromCloudEvent({ ...least, data_base64: 'AAAA'.repeat(2 ** 21) }).data, 3 * 2 ** 21);
    refused({ ...least, data_base64: `${'AAAA'.repeat(2 ** 21)}A` }, 'data_base64', /base64/);
    refused('['.repeat(1_000_000), '', /not JSON/);
    refused(`${head},"data":${'['.repeat(1000)}${']'.repeat(1000)}}`, '', /nested more than 1000/);
    assert.isArray(fromCloudEvent(`${head},"data":${'['.repeat(999)}${']'.repeat(999)},"subject":"]["}`).data);
    refused({ ...least, source: '/'.repeat(1_000_000) + ' ' }, 'source', /URI/);
    refused({ ...least, dataschema: `http://${'a@'.repeat(100_000)}` }, 'dataschema', /URI/);
  });

  test('a text whose numbers JavaScript would round is refused', async () => {
    const head = JSON.stringify(least).slice(0, -1);
    for (const number of [
      '9007199254740993', '-12345678901234567890', '1e400', '[0,{"a":-1E+999}]', '9007199254740993.0', '9007199254740993e0', '-9007199254740993.000E+0', '9007199254740992.5', '9.007199254740993e15', '900719925474099.3e1', '90071992547409930e-1',
      '0.9007199254740993e16', '1e-400', '-0.1E-400', `0.${'0'.repeat(400)}1`, '1.25e-323', `1.${'0'.repeat(200)}1e20`,
    ]) refused(`${head},"data":${number}}`, 'data', /not exact/);
    for (const number of ['9007199254740991', '-9007199254740991', '1e300', '0.1', '"12345678901234567890"', '"\\"12345678901234567890"', '-0', '0e400', '0.000', '9007199254740992.0', '9007199254740994e0', '1.7976931348623157e308', '5e-324', '1e23', '9.9999999999999992e22',
      '12345678901234567000.0', '1e+21', '0.1000000000000000055511151231257827', '3.141592653589793238462643383279', '9007199254740990.5', `1${'0'.repeat(300)}.0`, `1.${'0'.repeat(200)}e20`]) {
      assert.deepEqual(fromCloudEvent(`${head},"data":${number}}`).data, JSON.parse(number));
    }
    for (const text of ['\\ud834', '\\\\\\ud834', '\ud834\\udd1e\\udd1e', '\\ud834x\\udd1e', '\ud834', '\\uDD1E\\uD834']) refused(`${head},"data":["${text}"]}`, 'data', /surrogate/);
    for (const text of ['\ud834\\udd1e', '\\ud834\udd1e', '\\\\ud834', '\\\\\\ud834\\udd1e']) assert.equal(fromCloudEvent(`${head},"data":"${text}"}`).data, JSON.parse(`"${text}"`));
    assert.equal(fromCloudEvent(`${head},"data":"\\ud834\\udd1e"}`).data, '𝄞');
  });
}
