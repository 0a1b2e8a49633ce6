/**
 * `npm run test:crash [-- PART…]`: everything that may die, at every moment that has a name, in the box and in the lab.
 * `npm test` has a short form. Ends with `N passed, N failed`. PART: only the files whose path contains it.
 */
import { globSync } from 'node:fs';
import { CASE_MARK } from '../e2e/crash/tell.ts';
import { debianPackages, root, starterImage } from './machine.ts';
import { productPackages, testPackages } from './packages.ts';
import { fail, runSteps } from './steps.ts';
import { boxFor } from './test/box-for.ts';
import { kvmOfBoxes } from './test/kvm.ts';
import { conclude, newTally, runFile } from './test/runner.ts';

/** For a clock that is set. */
const CLOCK_PACKAGE = 'faketime';
/** The last is in `npm test` too. */
const FILES = ['e2e/crash/*.crash.ts', 'e2e/database-away.real.test.ts'];

async function main(parts: readonly string[]): Promise<void> {
  const everyBox: string[] = [];
  const packages = debianPackages([...productPackages, ...testPackages, CLOCK_PACKAGE]);
  await runSteps([packages, starterImage, kvmOfBoxes(everyBox)]);
  const files = globSync(FILES, { cwd: root }).sort();
  const chosen = files.filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const { signal } = stop;
  const tally = newTally();
  const environment = { LC_ALL: 'C.UTF-8' };
  const onLine = (line: string): void => {
    if (line.startsWith(CASE_MARK)) console.log(line);
  };
  for (const file of chosen)
    await runFile({ file, environment, ...boxFor(file, everyBox), signal, onLine }, tally);
  conclude(tally, signal);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  fail(error);
  console.log('0 passed, 1 failed');
});
