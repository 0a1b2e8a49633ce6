import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Catalog, catalog, fillSlots, translator } from './i18n.ts';

const SOURCES = join(import.meta.dirname, '..');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.messages.ts'),
);

const slots = (message: string) =>
  Array.from(new Set(Array.from(message.matchAll(/\{(\w+)(?::[^}]*)?\}/g), ([, name = '']) => name))).sort(
    (a, b) => a.localeCompare(b),
  );
const isCatalog = (value: unknown): value is Catalog<Record<string, string>> =>
  typeof value === 'object' && value !== null && 'en' in value && 'zh' in value;

/** Names that both languages write alike. */
const names =
  /\b(BIOS|UEFI|Ctrl-Alt-Del|v?CPUs?|IDs?|UUID|LouCloud|libvirt|QEMU|KVM|TCG|SHA-?256|sha256|MiB|GiB)\b/g;

for (const path of files) {
  const module = (await import(join(SOURCES, path))) as Record<string, unknown>;
  for (const [name, messages] of Object.entries(module).filter(([, value]) => isCatalog(value))) {
    const { en, zh } = messages as Catalog<Record<string, string>>;

    test(`${path} ${name}: Chinese has the same keys and fills the same slots as English`, () => {
      assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
      for (const key of Object.keys(en)) assert.deepEqual(slots(zh[key] ?? ''), slots(en[key] ?? ''), key);
    });

    test(`${path} ${name}: every Chinese message is Chinese`, () => {
      const forgotten = Object.keys(en).filter((key) => {
        const text = (zh[key] ?? '').replace(/\{\w+(:[^}]*)?\}/g, '').replace(names, '');
        return !/\p{Script=Han}/u.test(text) && /\p{L}/u.test(text);
      });
      assert.deepEqual(forgotten, []);
    });

    test(`${path} ${name}: no English message holds Chinese`, () => {
      const mixed = Object.entries(en).filter(([, text]) => /\p{Script=Han}/u.test(text));
      assert.deepEqual(mixed, []);
    });
  }
}

test('a slot is filled, and a number is written as the language writes it', () => {
  const messages = catalog({ used: '{used} of {limit}' }, { used: '已用 {used}，共 {limit}' });
  assert.equal(translator(messages, 'en')('used', { used: 1234, limit: 'all' }), '1,234 of all');
  assert.equal(translator(messages, 'zh-CN')('used', { used: 1234, limit: 'all' }), '已用 1,234，共 all');
});

test('a word follows its number', () => {
  assert.equal(fillSlots('{count} {count:VM|VMs}', { count: 1 }, 'en'), '1 VM');
  assert.equal(fillSlots('{count} {count:VM|VMs}', { count: 0 }, 'en'), '0 VMs');
});

test('a slot without a value is a dash, not a hole', () => {
  assert.equal(fillSlots('the server has no {network}', {}, 'en'), 'the server has no –');
});
