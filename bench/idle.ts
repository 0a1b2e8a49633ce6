/** What the control plane takes while nobody asks anything of it: memory, processes and CPU, with one host. */
import { readFileSync, readdirSync } from 'node:fs';
import { World } from '../e2e/world.ts';
import { type Bench, figure } from './bench.ts';
import { cpuMs, memoryMib } from './process-cost.ts';

const SAMPLES = 5;

export const idle: Bench = {
  name: 'idle',
  what: 'the control plane with one host, nobody asking',
  target: { rss: { atMost: 150 }, processes: { atMost: 1 } },
  async run(size) {
    await using world = await World.open();
    await pause(size.of(5000, 5000, 500));
    const watchMs = size.of(20_000, 5000, 500);
    const rss: number[] = [];
    const pss: number[] = [];
    const before = cpuMs(world.pid);
    for (let i = 0; i < SAMPLES; i++) {
      await pause(watchMs / SAMPLES);
      rss.push(memoryMib(world.pid, 'Rss'));
      pss.push(memoryMib(world.pid, 'Pss'));
    }
    const cpuShare = (100 * (cpuMs(world.pid) - before)) / watchMs;
    return {
      rss: figure(rss, 'MiB'),
      pss: figure(pss, 'MiB'),
      processes: figure([1 + childrenOf(world.pid)], ''),
      cpu: figure([cpuShare], '% of a core'),
    };
  },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function childrenOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim())
    .join(' ')
    .split(' ')
    .filter(Boolean).length;
}
