import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAmount, formatBytes, formatCountdown, formatMib, formatTime } from './format.ts';
import { safeJson, safeLine } from './safe-text.ts';
import { renderFields, renderTable } from './table.ts';
import { displayWidth, padEnd, truncate, wrap } from './width.ts';

const widths: [string, number][] = [
  ['', 0],
  ['abc', 3],
  ['虚拟机', 6],
  ['ｗｅｂ', 6],
  ['한국어', 6],
  ['ひらがな', 8],
  ['e\u0301te\u0301', 3],
  ['🦊', 2],
  ['👨‍👩‍👧', 2],
  ['❤️', 2],
  ['a\u200bb', 2],
  ['–', 1],
];

for (const [text, width] of widths) {
  test(`“${text}” takes ${width} columns`, () => assert.equal(displayWidth(text), width));
}

test('a table’s columns stand under each other whatever the script', () => {
  const rows = [
    { name: 'web-1', memory: '2 GiB' },
    { name: '我的虚拟机', memory: '512 MiB' },
    { name: '', memory: null },
  ];
  const lines = renderTable(
    [
      { header: '名称', value: ({ name }) => name },
      { header: 'MEMORY', value: ({ memory }) => memory, align: 'right' },
    ],
    rows,
  );
  assert.deepEqual(lines, [
    '名称         MEMORY',
    'web-1         2 GiB',
    '我的虚拟机  512 MiB',
    '–                 –',
  ]);
});

test('fields are a line each, with their values under each other', () => {
  assert.deepEqual(
    renderFields([
      ['名称', 'web-1'],
      ['ID', 7],
      ['描述', null],
    ]),
    ['名称  web-1', 'ID    7', '描述  –'],
  );
});

test('a cell is one line, and cannot command the terminal', () => {
  const [, line] = renderTable(
    [{ header: 'A', value: (text: string) => text }],
    ['one\r\n two\u001b[2J\u202egpj'],
  );
  assert.equal(line, 'one two\ufffd[2J\ufffdgpj');
});

test('text from others holds no control character, and JSON keeps its meaning without them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(safeLine(text), /[\u0000-\u001f\u007f-\u009f\u202e]/); // oxlint-disable-line no-control-regex
      const json = safeJson(JSON.stringify(text));
      assert.doesNotMatch(json, /[\u0000-\u001f\u007f-\u009f\u202e]/); // oxlint-disable-line no-control-regex
      assert.equal(JSON.parse(json), text);
    }),
  );
});

test('padding and cutting keep to the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      assert.ok(displayWidth(truncate(text, width)) <= width);
      assert.ok(displayWidth(padEnd(text, width)) >= width);
    }),
  );
  assert.equal(truncate('虚拟机一号', 7), '虚拟机…');
});

test('lines break between words, and between Chinese characters but not before their punctuation', () => {
  assert.equal(wrap('one two three', 8), 'one two\nthree');
  assert.equal(wrap('虚拟机已关机，请先开机', 12), '虚拟机已关\n机，请先开机');
});

test('sizes have the unit that people expect', () => {
  const rows: [number, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1_610_612_736, '1.5 GiB'],
    [2 ** 41, '2 TiB'],
  ];
  for (const [bytes, text] of rows) assert.equal(formatBytes(bytes), text);
  assert.equal(formatMib(2048), '2 GiB');
  assert.equal(formatAmount('diskBytes', 1024), '1 KiB');
  assert.equal(formatAmount('defaultQuota.memoryMib', 512), '512 MiB');
  assert.equal(formatAmount('vcpus', 4), '4');
});

test('times sort as text, and a countdown counts', () => {
  assert.match(formatTime('2026-11-22T10:54:03.000Z'), /^2026-11-2[123] \d\d:\d\d:03$/);
  assert.equal(formatTime('soon'), 'soon');
  assert.equal(formatCountdown(83), '1:23');
  assert.equal(formatCountdown(-2), '0:00');
});
