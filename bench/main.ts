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
import { image } from './image.ts';
import { UNRAID_PATH, libvirt } from './libvirt.ts';
import { page } from './page.ts';
import { UNRAID_PACKAGES, installUnraid } from './unraid.ts';

const benches = [create, idle, page, libvirt, image];
const IN_BOX = 'LOUCLOUD_BENCH_IN_BOX';

async function main(words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('--'));
  const chosen = names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) throw new Error(`the benches are: ${benches.map(({ name }) => name).join(', ')}`);
  if (process.env[IN_BOX] === undefined) await enterBox(words, chosen.includes(libvirt));
  else await runBenches(chosen, words.includes('--short'));
}

/** What needs the real network is done before: the box has none. */
async function enterBox(words: readonly string[], needsUnraid: boolean): Promise<void> {
  const packages = needsUnraid ? [...productPackages, ...UNRAID_PACKAGES] : productPackages;
  await runSteps([debianPackages(packages), consoleBuild]);
  const unraid = needsUnraid ? installUnraid() : null;
  try {
    const { status } = spawnSync(
      join(root, 'tools/box'),
      [process.execPath, import.meta.filename, ...words],
      {
        stdio: 'inherit',
        env: { ...process.env, [IN_BOX]: '1', [UNRAID_PATH]: unraid?.path ?? '' },
      },
    );
    process.exitCode = status ?? 1;
  } finally {
    unraid?.remove();
  }
}

main(process.argv.slice(2)).catch(fail);
