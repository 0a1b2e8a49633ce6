import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { test } from 'node:test';
import type { Command } from 'commander';
import { Cli } from '../app/cli.ts';
import { pathOf } from '../app/command.ts';
import { createProgram } from '../program.ts';
import { PassThrough } from 'node:stream';
import { type Catalog, slotsOf } from './i18n.ts';

/** The same in both languages, and rightly so. */
const PROPER_NAMES = new Set(['KVM', 'CPU', 'MAC', 'SHA256', 'vCPU', 'VCPU']);
const HAN = /\p{Script=Han}/u;

const catalogues: [string, Catalog<Record<string, string>>][] = [];
for await (const path of glob('**/*.messages.ts', { cwd: new URL('..', import.meta.url).pathname })) {
  const exports = (await import(`../${path}`)) as Record<string, Catalog<Record<string, string>>>;
  for (const [name, messages] of Object.entries(exports)) catalogues.push([`${path} ${name}`, messages]);
}

test('all catalogues are found', () => {
  assert.ok(catalogues.length >= 25, `only ${catalogues.length}`);
});

for (const [name, { en, zh }] of catalogues) {
  test(`${name}: Chinese fills the same slots as English, and says something wherever English does`, () => {
    for (const [key, text] of Object.entries(en)) {
      const translated = zh[key] ?? '';
      assert.deepEqual(slotsOf(translated).toSorted(), slotsOf(text).toSorted(), key);
      assert.equal(translated === '', text === '', key);
    }
    assert.deepEqual(Object.keys(zh).toSorted(), Object.keys(en).toSorted());
  });

  test(`${name}: Chinese is Chinese, and English is not`, () => {
    for (const [key, text] of Object.entries(zh)) {
      const words = text.replace(/\{\w+\}/g, '').trim();
      assert.ok(!/\p{L}/u.test(words) || HAN.test(words) || PROPER_NAMES.has(words), `${key}: ${text}`);
    }
    for (const [key, text] of Object.entries(en)) assert.doesNotMatch(text, HAN, key);
  });
}

const programIn = (language: string): Command => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return createProgram(new Cli({ stdin, stdout, stderr, env: { LOUCLOUD_LANG: language } }), []);
};

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

test('the help of every command, argument and option is in Chinese when the reader’s language is', () => {
  for (const command of all(programIn('zh'))) {
    const where = pathOf(command);
    assert.match(command.description(), HAN, where);
    for (const { description } of command.registeredArguments) assert.match(description, HAN, where);
    for (const { description, flags } of command.options) assert.match(description, HAN, `${where} ${flags}`);
    const words = command.helpInformation().replace(/[<[][^>\]]*[>\]]/g, '');
    assert.doesNotMatch(words, /\b(Usage|Arguments|Options|Commands|choices|display help)\b|default:/, where);
  }
});

test('the help of every command is in English otherwise', () => {
  for (const command of all(programIn('en'))) {
    assert.notEqual(command.description(), '', pathOf(command));
    assert.doesNotMatch(command.helpInformation(), HAN, pathOf(command));
  }
});
