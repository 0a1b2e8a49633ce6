/** Imports point one way (ARCHITECTURE.md), SQL lives in stores, and libvirt behind its driver. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

interface Import {
  readonly file: string;
  /** A path in this repository without its extension's folder noise, or a package's name. */
  readonly target: string;
}

const files = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'], { cwd: root }).sort();
const isTest = (file: string): boolean => /\.test\.ts$|\/test-[\w-]+\.ts$|\/testing\//.test(file);

const imports: readonly Import[] = files.flatMap((file) => {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\n]+)['"]/g);
  return [...found].map(([, name = '']) => ({
    file,
    target: name.startsWith('.') ? normalize(join(file, '..', name)) : name,
  }));
});

/** The first rule that a file's path begins with says what it may import of ours. */
const layers: readonly (readonly [from: string, mayImport: readonly string[]])[] = [
  ['packages/libvirt/', ['packages/libvirt/']],
  ['packages/api/', ['packages/api/']],
  ['apps/console/', ['apps/console/', '@loucloud/api']],
  ['apps/cli/', ['apps/cli/', '@loucloud/api']],
  ['apps/control-plane/src/platform/', ['apps/control-plane/src/platform/', '@loucloud/api']],
  [
    'apps/control-plane/src/drivers/libvirt/',
    [
      'apps/control-plane/src/drivers/',
      'apps/control-plane/src/platform/',
      '@loucloud/api',
      '@loucloud/libvirt',
    ],
  ],
  [
    'apps/control-plane/src/drivers/',
    ['apps/control-plane/src/drivers/', 'apps/control-plane/src/platform/', '@loucloud/api'],
  ],
  ['apps/control-plane/src/', ['apps/control-plane/', '@loucloud/api']],
];

function mayImport(file: string): readonly string[] {
  const feature = /^apps\/control-plane\/src\/features\/[^/]+\//.exec(file)?.[0];
  if (feature !== undefined) return [feature, 'apps/control-plane/src/platform/', '@loucloud/api'];
  return layers.find(([from]) => file.startsWith(from))?.[1] ?? [];
}

const isOurs = (target: string): boolean =>
  /^(packages|apps|tools|e2e|bench)\//.test(target) || target.startsWith('@loucloud/');

test('there are files and imports to look at', () => {
  assert.ok(files.length > 100);
  assert.ok(imports.length > 300);
});

test('imports point one way', () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      !isTest(file) && isOurs(target) && !mayImport(file).some((prefix) => target.startsWith(prefix)),
  );
  assert.deepEqual(wrong, []);
});

test('the platform knows no feature, a feature no other feature: not even their tests do', () => {
  const wrong = imports.filter(({ file, target }) => {
    if (!isTest(file) || !target.startsWith('apps/control-plane/src/features/')) return false;
    const own = /^apps\/control-plane\/src\/features\/[^/]+\//.exec(file)?.[0];
    return own !== undefined && !target.startsWith(own);
  });
  assert.deepEqual(wrong, []);
});

test('SQL lives in stores', () => {
  const mayUseSql = /-store\.ts$|\/platform\/database\/|\/platform\/paging\.ts$/;
  const wrong = imports.filter(
    ({ file, target }) =>
      !isTest(file) && /^(kysely|mysql2|node:sqlite)/.test(target) && !mayUseSql.test(file),
  );
  assert.deepEqual(wrong, []);
  const calling = files.filter((file) => {
    if (isTest(file) || mayUseSql.test(file) || !file.startsWith('apps/control-plane/')) return false;
    return /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/.test(readFileSync(join(root, file), 'utf8'));
  });
  assert.deepEqual(calling, []);
});

test('libvirt’s words stop at the driver', () => {
  const wrong = imports.filter(({ file, target }) => {
    return target === '@loucloud/libvirt' && !file.startsWith('apps/control-plane/src/drivers/libvirt/');
  });
  assert.deepEqual(wrong, []);
});
