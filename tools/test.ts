/**
 * `npm test [-- PART…]`: everything that must hold. Types, lint and format first; then the tests that need Node and two
 * databases; then the real ones, each file in a box of its own. Ends with `N passed, N failed`. PART: only the test
 * files whose path contains it.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleBuild, debianPackages, root, starterImageAt } from './machine.ts';
import { startMariaDb } from './mariadb.ts';
import { productPackages, testPackages } from './packages.ts';
import { fail, runSteps } from './steps.ts';
import { STARTER_IMAGE } from '../e2e/world.ts';
import { boxFor } from './test/box-for.ts';
import { kvmOfBoxes } from './test/kvm.ts';
import { type Tally, inParallel, runFile } from './test/runner.ts';

const UNIT_TIMEOUT_MS = 5 * 60_000;
const AT_ONCE = 2;

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['types', [bin('tsc'), '-p', '.']],
  ['types of the console', [bin('tsc'), '-p', 'apps/console']],
  [
    'lint',
    [bin('oxlint'), '--type-aware', '--deny-warnings', 'packages', 'apps', 'tools', 'e2e', 'bench', 'fleet'],
  ],
  ['format', [bin('oxfmt'), '--check', '.']],
];

async function main(parts: readonly string[]): Promise<void> {
  const everyBox: string[] = [];
  const kept = mkdtempSync(join(tmpdir(), 'loucloud-tests-'));
  process.on('exit', () => rmSync(kept, { recursive: true, force: true }));
  const image = join(kept, 'starter.qcow2');
  const packages = debianPackages([...productPackages, ...testPackages]);
  await runSteps([packages, starterImageAt(image), consoleBuild, kvmOfBoxes(everyBox)]);
  const tally: Tally = { passed: 0, failed: 0 };
  const isWanted = (file: string): boolean => parts.length === 0 || parts.some((part) => file.includes(part));
  if (parts.length === 0) runChecks(tally);

  const files = globSync('{packages,apps,tools,e2e,bench,fleet}/**/*.test.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  });
  const chosen = files.filter(isWanted).sort();
  const real = chosen.filter((file) => file.endsWith('.real.test.ts'));
  const plain = chosen.filter((file) => !file.endsWith('.real.test.ts'));
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const { signal } = stop;
  await using mariaDb = plain.length === 0 ? null : await startMariaDb();
  const common = {
    // What programs print must not depend on who runs the tests.
    LC_ALL: 'C.UTF-8',
    // What Node has compiled for one file it reads for the next.
    NODE_COMPILE_CACHE: join(kept, 'compile-cache'),
    [STARTER_IMAGE]: image,
  };
  const environment = { ...common, LOUCLOUD_TEST_MYSQL_URL: mariaDb?.url ?? '' };
  await inParallel(plain, AT_ONCE, (file) =>
    runFile({ file, prefix: [], environment, timeoutMs: UNIT_TIMEOUT_MS, signal }, tally),
  );
  // The box has a network of its own: a test in it that needs MariaDB starts one there.
  await inParallel(real, AT_ONCE, (file) =>
    runFile({ file, environment: common, ...boxFor(file, everyBox), signal }, tally),
  );
  if (tally.passed === 0 || signal.aborted) tally.failed++;
  process.exitCode = tally.failed === 0 ? 0 : 1;
  process.on('exit', () => console.log(`${tally.passed} passed, ${tally.failed} failed`));
}

function runChecks(tally: Tally): void {
  for (const [name, [program = '', ...argv]] of checks) {
    const { status, stdout, stderr } = spawnSync(program, argv, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (status === 0) tally.passed++;
    else tally.failed++;
    console.log(`${status === 0 ? '✔' : '✖'} ${name}`);
    if (status !== 0) console.log(`${stdout}${stderr}`.slice(0, 20_000));
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  fail(error);
  console.log('0 passed, 1 failed');
});
