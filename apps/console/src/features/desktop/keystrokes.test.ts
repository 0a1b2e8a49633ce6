import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyboardLayout, keyboardLayouts, keystrokesFor } from './keystrokes.ts';

const keysFor = (text: string, layout: KeyboardLayout) =>
  keystrokesFor(text, layout).strokes.map(({ code, modifiers }) => [...modifiers, code].join('+'));

const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

for (const layout of ['us', 'gb', 'jp'] as const) {
  test(`${layout}: every printable ASCII character can be typed`, () => {
    assert.deepEqual(keystrokesFor(ASCII, layout).missing, []);
  });
}

for (const layout of ['de', 'fr'] as const) {
  test(`${layout}: what only dead keys make is named as missing, nothing else`, () => {
    const dead = layout === 'de' ? ['^', '`'] : [];
    assert.deepEqual(
      keystrokesFor(ASCII, layout).missing.filter((character) => !['^', '`', '~'].includes(character)),
      [],
    );
    for (const character of dead)
      assert.ok(keystrokesFor(character, layout).missing.includes(character), character);
  });
}

test('no key makes two characters with the same modifiers', () => {
  for (const layout of keyboardLayouts) {
    const all = keystrokesFor(ASCII + 'äöüÄÖÜßéèçà€£µ§°²³', layout).strokes;
    const combinations = all.map(({ code, modifiers }) => [...modifiers, code].join('+'));
    assert.equal(new Set(combinations).size, combinations.length, layout);
  }
});

test('a capital is its key with shift', () => {
  assert.deepEqual(keysFor('aA', 'us'), ['KeyA', 'ShiftLeft+KeyA']);
});

test('the same character is another key on another keyboard', () => {
  assert.deepEqual(keysFor('z', 'us'), ['KeyZ']);
  assert.deepEqual(keysFor('z', 'de'), ['KeyY']);
  assert.deepEqual(keysFor('a1', 'fr'), ['KeyQ', 'ShiftLeft+Digit1']);
  assert.deepEqual(keysFor('@', 'us'), ['ShiftLeft+Digit2']);
  assert.deepEqual(keysFor('@', 'gb'), ['ShiftLeft+Quote']);
  assert.deepEqual(keysFor('@', 'de'), ['AltRight+KeyQ']);
  assert.deepEqual(keysFor('|', 'de'), ['AltRight+IntlBackslash']);
  assert.deepEqual(keysFor('\\~', 'gb'), ['IntlBackslash', 'ShiftLeft+Backslash']);
  assert.deepEqual(keysFor('#', 'us'), ['ShiftLeft+Digit3']);
  assert.deepEqual(keysFor('#', 'gb'), ['Backslash']);
  assert.deepEqual(keysFor('/', 'us'), ['Slash']);
  assert.deepEqual(keysFor('-_', 'de'), ['Slash', 'ShiftLeft+Slash']);
  assert.deepEqual(keysFor('mM', 'fr'), ['Semicolon', 'ShiftLeft+Semicolon']);
  assert.deepEqual(keysFor('@"_\\|', 'jp'), [
    'BracketLeft',
    'ShiftLeft+Digit2',
    'ShiftLeft+IntlRo',
    'IntlYen',
    'ShiftLeft+IntlYen',
  ]);
});

test('line ends of every kind are one Enter, and a tab is a tab', () => {
  assert.deepEqual(keysFor('a\r\nb\rc\n\t', 'us'), [
    'KeyA',
    'Enter',
    'KeyB',
    'Enter',
    'KeyC',
    'Enter',
    'Tab',
  ]);
});

test('what is on no key is named once, as people see it', () => {
  assert.deepEqual(keystrokesFor('a你好你👩‍💻b', 'us'), {
    strokes: keystrokesFor('ab', 'us').strokes,
    missing: ['你', '好', '👩‍💻'],
  });
});

test('what is on no key can be typed by its code point', () => {
  const keys = keystrokesFor('a你', 'de', true);
  assert.deepEqual(keys.missing, []);
  assert.deepEqual(
    keys.strokes.map(({ code, modifiers }) => [...modifiers, code].join('+')),
    ['KeyA', 'ControlLeft+ShiftLeft+KeyU', 'Digit4', 'KeyF', 'Digit6', 'Digit0', 'Space'],
  );
});
