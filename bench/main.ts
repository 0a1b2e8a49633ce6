/**
 * `npm run bench [-- --short|--tiny] [--write] [NAME…]`: the figures of this machine. Real guests and a real control plane,
 * each bench in a box of its own. The last line is one JSON object: `{"bench": {NAME: {figures, spread, units, target, met}}}`;
 * `--write` puts the figures into docs/benchmarks.md as well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleBuild, debianPackages, root } from '../tools/machine.ts';
import { productPackages } from '../tools/packages.ts';
import { fail, runSteps } from '../tools/steps.ts';
import { benches } from './all.ts';
import { type Bench, type Result, Size, resultOf, runBench } from './bench.ts';
import { writeResult } from './results-page.ts';
import { UNRAID_PATH, libvirt } from './libvirt.ts';
import { installUnraid } from './unraid.ts';

/** In the box: the file that the result goes to. */
const RESULT_PATH = 'LOUCLOUD_BENCH_RESULT';

async function main(words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('--'));
  const chosen = names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) throw new Error(`the benches are: ${benches.map(({ name }) => name).join(', ')}`);
  const resultPath = process.env[RESULT_PATH];
  if (resultPath === undefined) return runInBoxes(chosen, words);
  for (const bench of chosen)
    writeFileSync(resultPath, JSON.stringify(await runBench(bench, Size.from(words))));
}

/** What needs the real network is done before: a box has none. */
async function runInBoxes(chosen: readonly Bench[], words: readonly string[]): Promise<void> {
  const packages = chosen.flatMap((bench) => bench.packages ?? []);
  await runSteps([debianPackages([...productPackages, ...packages]), consoleBuild]);
  const unraid = chosen.includes(libvirt) ? await installUnraid() : null;
  const folder = mkdtempSync(join(tmpdir(), 'loucloud-bench-'));
  try {
    const flags = words.filter((word) => word.startsWith('--'));
    const environment = { [UNRAID_PATH]: unraid?.path ?? '', [RESULT_PATH]: join(folder, 'result.json') };
    const results: Record<string, Result> = {};
    for (const bench of chosen) {
      const result = runInBox(bench, flags, environment);
      results[bench.name] = result;
      if (words.includes('--write') && Object.keys(result.figures).length > 0)
        writeResult(bench.name, result);
    }
    console.log(JSON.stringify({ bench: results }));
  } finally {
    unraid?.remove();
    rmSync(folder, { recursive: true });
  }
}

function runInBox(bench: Bench, flags: readonly string[], environment: Record<string, string>): Result {
  const argv = [process.execPath, import.meta.filename, ...flags, bench.name];
  const env = { ...process.env, ...environment };
  const { status } = spawnSync(join(root, 'tools/box'), argv, { stdio: 'inherit', env });
  // Its box has said why.
  if (status === 0) return JSON.parse(readFileSync(environment[RESULT_PATH] ?? '', 'utf8')) as Result;
  process.exitCode = 1;
  return resultOf(bench, {});
}

main(process.argv.slice(2)).catch(fail);
