import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listText } from './list-text.ts';

const rows: readonly (readonly [string, readonly number[], string])[] = [
  ['UTF-8', [...Buffer.from('zhang,,张三\n')], 'zhang,,张三\n'],
  ['UTF-8 with a mark at its start', [0xef, 0xbb, 0xbf, ...Buffer.from('li,,李四')], 'li,,李四'],
  ['GBK', [...Buffer.from('zhang,,'), 0xd5, 0xc5, 0xc8, 0xfd], 'zhang,,张三'],
  ['nothing', [], ''],
];

for (const [name, bytes, expected] of rows)
  test(`a list in ${name} is read`, () => assert.equal(listText(Uint8Array.from(bytes).buffer), expected));
