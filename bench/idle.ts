/** What the control plane takes while nobody asks anything of it: with one host, and with 200 and 10,000 VMs. */
import { readFileSync } from 'node:fs';
import { World } from '../e2e/world.ts';
import { type Bench, type Figure, type Size, figure } from './bench.ts';
import { cpuMs, memoryMib } from './process-cost.ts';
import { childrenOf, pause } from './process-use.ts';
import { ScaleWorld } from './scale-world.ts';

const SAMPLES = 5;
const LIBVIRTD_PID = '/run/libvirt/libvirtd.pid';

export const idle: Bench = {
  name: 'idle',
  what: 'the control plane, nobody asking: with one host; with 200 hosts and 10,000 VMs',
  target: {
    pss: { atMost: 120 },
    processes: { atMost: 1 },
    cpu: { atMost: 2 },
    pssAtScale: { atMost: 400 },
  },
  async run(size) {
    const small = await withOneHost(size);
    await using world = await ScaleWorld.open({
      hosts: size.of(200, 20, 2),
      vms: size.of(10_000, 1000, 20),
    });
    const atFirst = await measureIdle(world.served.pid, size);
    // V8 collects what reading them all has left when it sees fit: a minute later it may be less, or more.
    await pause(size.of(60_000, 5000, 500));
    const large = await measureIdle(world.served.pid, size);
    return {
      ...small,
      pssAtScale: large.pss,
      pssAtScaleAtFirst: atFirst.pss,
      cpuAtScale: large.cpu,
      // Played by these two: what the hosts themselves cost is none of the control plane's.
      cpuOfFleet: await measureCpu(world.fleet.pid, size),
      cpuOfLibvirtd: await measureCpu(Number(readFileSync(LIBVIRTD_PID, 'utf8')), size),
    };
  },
};

async function withOneHost(size: Size): Promise<Record<string, Figure>> {
  await using world = await World.open();
  await pause(size.of(5000, 5000, 500));
  const { rss, pss, cpu } = await measureIdle(world.pid, size);
  return { rss, pss, processes: figure([1 + childrenOf(world.pid)], ''), cpu };
}

export async function measureIdle(pid: number, size: Size): Promise<Record<'rss' | 'pss' | 'cpu', Figure>> {
  const watchMs = size.of(60_000, 5000, 500);
  const rss: number[] = [];
  const pss: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    cpu.push(await cpuShare(pid, watchMs / SAMPLES));
    rss.push(memoryMib(pid, 'Rss'));
    pss.push(memoryMib(pid, 'Pss'));
  }
  return { rss: figure(rss, 'MiB'), pss: figure(pss, 'MiB'), cpu: figure(cpu, '% of a core') };
}

async function measureCpu(pid: number, size: Size): Promise<Figure> {
  const shares: number[] = [];
  for (let i = 0; i < SAMPLES; i++) shares.push(await cpuShare(pid, size.of(10_000, 2000, 500) / SAMPLES));
  return figure(shares, '% of a core');
}

async function cpuShare(pid: number, watchMs: number): Promise<number> {
  const before = cpuMs(pid);
  await pause(watchMs);
  return (100 * (cpuMs(pid) - before)) / watchMs;
}
