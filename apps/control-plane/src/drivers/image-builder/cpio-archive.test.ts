import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CpioEntry, writeCpio } from './cpio-archive.ts';

const header = (...fields: readonly number[]): string =>
  `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
const trailer = `${header(0, 0o100000, 0, 0, 1, 0, 0, 0, 0, 0, 0, 11, 0)}TRAILER!!!\0\0\0\0`;

const rows: readonly (readonly [name: string, entry: CpioEntry, bytes: string])[] = [
  [
    'a file, its name and content each padded to a multiple of four',
    { kind: 'file', path: 'a', mode: 0o755, content: Buffer.from('hello') },
    `${header(1, 0o100755, 0, 0, 1, 0, 5, 0, 0, 0, 0, 2, 0)}a\0hello\0\0\0`,
  ],
  [
    'a folder',
    { kind: 'folder', path: 'dir', mode: 0o700 },
    `${header(1, 0o040700, 0, 0, 2, 0, 0, 0, 0, 0, 0, 4, 0)}dir\0\0\0`,
  ],
  [
    'a link, whose target is its content',
    { kind: 'link', path: 'l', target: '/bin' },
    `${header(1, 0o120777, 0, 0, 1, 0, 4, 0, 0, 0, 0, 2, 0)}l\0/bin`,
  ],
  [
    'a device, with its numbers',
    { kind: 'device', path: 'c', mode: 0o600, major: 5, minor: 1 },
    `${header(1, 0o020600, 0, 0, 1, 0, 0, 0, 0, 5, 1, 2, 0)}c\0`,
  ],
];

for (const [name, entry, bytes] of rows) {
  test(`an archive holds ${name}`, () => {
    assert.equal(writeCpio([entry]).toString('latin1'), bytes + trailer);
  });
}

test('the same entries give the same bytes', () => {
  const entries = rows.map(([, entry]) => entry);
  assert.deepEqual(writeCpio(entries), writeCpio(entries));
});
