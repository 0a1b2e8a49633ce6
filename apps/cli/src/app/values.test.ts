import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translator } from '../words/i18n.ts';
import { languageOf } from '../words/language.ts';
import { usageMessages } from '../words/usage.messages.ts';
import { UsageError } from './failures.ts';
import { valuesFor } from './values.ts';

const values = valuesFor(translator(usageMessages, 'en'));

const GIB = 2 ** 30;
const sizes: [string, number][] = [
  ['0', 0],
  ['1K', 1024],
  ['512M', 512 * 2 ** 20],
  ['2G', 2 * GIB],
  ['2GiB', 2 * GIB],
  ['2 gib', 2 * GIB],
  ['1.5T', 1536 * GIB],
];

for (const [text, bytes] of sizes)
  test(`${text} is ${bytes} bytes`, () => assert.equal(values.bytes(text), bytes));

for (const text of ['', '2', '2GB', '-1G', '1e3G', 'G', '2G2', '99999P', '٢G']) {
  test(`“${text}” is no size`, () => assert.throws(() => values.bytes(text), UsageError));
}

test('memory is a whole number of MiB', () => {
  assert.equal(values.mib('1.5G'), 1536);
  assert.throws(() => values.mib('1.0001G'), UsageError);
  assert.throws(() => values.mib('512K'), UsageError);
});

test('a count is a whole number within its limits', () => {
  assert.equal(values.count('12'), 12);
  for (const text of ['', '-1', '1.5', '0x10', '1e3', '2000000'])
    assert.throws(() => values.count(text), UsageError);
  assert.throws(() => values.count('0', 1), UsageError);
});

test('a ratio is a number from 0.1 to 64', () => {
  assert.equal(values.ratio('1.5'), 1.5);
  for (const text of ['0', '65', '1,5', 'x']) assert.throws(() => values.ratio(text), UsageError);
});

test('“default” stands for no value of one’s own', () => {
  const read = values.orDefault(values.bytes);
  assert.equal(read('default'), null);
  assert.equal(read('1K'), 1024);
});

const environments: [Record<string, string>, string][] = [
  [{}, 'en'],
  [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' }, 'zh-CN'],
  [{ LANG: 'en_US.UTF-8', LOUCLOUD_LANG: 'zh' }, 'zh-CN'],
  [{ LANG: 'zh_CN.UTF-8', LOUCLOUD_LANG: 'en' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LOUCLOUD_LANG: '' }, 'zh-CN'],
];

for (const [environment, language] of environments) {
  test(`${JSON.stringify(environment)} is read in ${language}`, () =>
    assert.equal(languageOf(environment), language));
}
