/**
 * `npm run bench [-- --short] [NAME…]`: the figures of this machine. Real guests and a real control plane, in the box.
 * The last line is one JSON object: `{"bench": {NAME: {figures, target, met}}}`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { consoleBuild, debianPackages, root } from '../tools/machine.ts';
import { productPackages } from '../tools/packages.ts';
import { fail, runSteps } from '../tools/steps.ts';
import { runBenches } from './bench.ts';
import { create } from './create.ts';
import { idle } from './idle.ts';
import { page } from './page.ts';

const benches = [create, idle, page];
const IN_BOX = 'LOUCLOUD_BENCH_IN_BOX';

async function main(words: readonly string[]): Promise<void> {
  if (process.env[IN_BOX] === undefined) {
    await runSteps([debianPackages(productPackages), consoleBuild]);
    const argv = [process.execPath, import.meta.filename, ...words];
    const { status } = spawnSync(join(root, 'tools/box'), argv, {
      stdio: 'inherit',
      env: { ...process.env, [IN_BOX]: '1' },
    });
    process.exitCode = status ?? 1;
    return;
  }
  const names = words.filter((word) => !word.startsWith('--'));
  const chosen = names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) throw new Error(`the benches are: ${benches.map(({ name }) => name).join(', ')}`);
  await runBenches(chosen, words.includes('--short'));
}

main(process.argv.slice(2)).catch(fail);
