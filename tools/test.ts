/**
 * `npm test [-- PART…]`: everything that must hold. Types, lint and format; the real tests, each file in a box of its own;
 * those that need Node and two databases. Ends with `N passed, N failed`. PART: only the test
 * files whose path contains it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { inOrder, mostlyWaits, runInLanes } from './test/lanes.ts';
import { type FileRun, type Tally, conclude, newTally, runFile } from './test/runner.ts';

const UNIT_TIMEOUT_MS = 5 * 60_000;

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
type Check = readonly [name: string, argv: readonly string[]];
const checks: readonly Check[] = [
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
  const tally = newTally();
  const isWanted = (file: string): boolean => parts.length === 0 || parts.some((part) => file.includes(part));
  const files = globSync('{packages,apps,tools,e2e,bench,fleet}/**/*.test.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  });
  const chosen = inOrder(files.filter(isWanted));
  const isReal = (file: string): boolean => file.endsWith('.real.test.ts');
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const { signal } = stop;
  await using mariaDb = chosen.every(isReal) ? null : await startMariaDb();
  const common = {
    // What programs print must not depend on who runs the tests.
    LC_ALL: 'C.UTF-8',
    // What Node has compiled for one file it reads for the next.
    NODE_COMPILE_CACHE: join(kept, 'compile-cache'),
    [STARTER_IMAGE]: image,
  };
  const environment = { ...common, LOUCLOUD_TEST_MYSQL_URL: mariaDb?.url ?? '' };
  // The box has a network of its own: a test in it that needs MariaDB starts one there.
  const runOf = (file: string): FileRun =>
    isReal(file)
      ? { file, environment: common, ...boxFor(file, everyBox), signal }
      : { file, prefix: [], environment, timeoutMs: UNIT_TIMEOUT_MS, signal };
  await runInLanes([
    ...(parts.length === 0 ? checks.map((check) => ({ run: () => runCheck(check, tally) })) : []),
    ...chosen.map((file) => ({ mostlyWaits: mostlyWaits(file), run: () => runFile(runOf(file), tally) })),
  ]);
  conclude(tally, signal);
}

async function runCheck([name, [program = '', ...argv]]: Check, tally: Tally): Promise<void> {
  const child = spawn(program, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) tally.passed++;
  else tally.failed++;
  console.log(`${code === 0 ? '✔' : '✖'} ${name}`);
  if (code === 0) return;
  console.log(said.slice(0, 20_000));
  tally.failures.push(`✖ ${name}\n${said}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  fail(error);
  console.log('0 passed, 1 failed');
});
