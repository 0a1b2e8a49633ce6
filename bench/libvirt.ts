/**
 * What asking for a domain's state costs: this project's client beside libvirt's C library (python3-libvirt), the native npm
 * binding and virsh. Each is a process of its own that reads lines "calls width" and answers with µs per call; they take
 * turns, so that a busy machine slows all alike, and the ratios are of the same turn. Who follows whom changes from turn to turn:
 * after many at once libvirtd's workers and the machine's caches are not what they are after one. `bare` does next to nothing itself:
 * what it takes is what no client can go below.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Connection } from '@loucloud/libvirt';
import { type Bench, type Figure, figure } from './bench.ts';

const URI = 'qemu:///system';
const UUID = '7c0a3a0e-2b0f-4a53-9a2f-5d1c3e6b8f33';
const XML = `<domain type='qemu'>
  <name>asked</name><uuid>${UUID}</uuid>
  <memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os>
</domain>`;
export const UNRAID_PATH = 'LOUCLOUD_BENCH_UNRAID';

/** What takes turns: program, its arguments, calls in a turn, how many under way at a time. */
const contenders = (): Readonly<Record<string, readonly [readonly string[], number, number]>> => {
  const file = (name: string): string => join(import.meta.dirname, 'contenders', name);
  const ours = (connections: number) => [process.execPath, file('ours.ts'), URI, UUID, String(connections)];
  const bare = (connections: number) => [process.execPath, file('bare.ts'), URI, UUID, String(connections)];
  const python = ['/usr/bin/python3', file('python.py'), URI, UUID];
  const module = process.env[UNRAID_PATH] ?? '';
  const unraid = [process.execPath, file('unraid.mjs'), module, URI, UUID];
  const isThere = module !== '';
  return {
    ours: [ours(1), 500, 1],
    bare: [bare(1), 500, 1],
    python: [python, 500, 1],
    ...(isThere && { unraid: [unraid, 500, 1] }),
    virsh: [[process.execPath, file('virsh.ts'), URI, UUID], 2, 1],
    oursPipelined: [ours(4), 2000, 16],
    barePipelined: [bare(4), 2000, 16],
    python8Threads: [python, 2000, 8],
    ...(isThere && { unraid64AtOnce: [unraid, 2000, 64] }),
  };
};

export const libvirt: Bench = {
  name: 'libvirt',
  what: 'one domainGetState, µs; pipelined: 16 under way over four connections',
  packages: ['python3-libvirt'],
  target: { oursToPython: { atMost: 1 }, oursPipelinedToPython8Threads: { atMost: 0.67 } },
  async run(size) {
    if (!process.env[UNRAID_PATH]) console.log('  without @unraid/libvirt, which is not installed');
    const connection = await Connection.open({ uri: URI });
    await connection.call('domainDefineXmlFlags', { xml: XML, flags: 0 });
    const times = new Map<string, number[]>();
    const running = Object.entries(contenders()).map(([name, [argv, count, width]]) => {
      times.set(name, []);
      return { name, count, width, ...contender(argv) };
    });
    const turns = size.of(25, 7, 1);
    try {
      // The first turn is the warm-up: nobody's compiler has run yet.
      for (let turn = -1; turn < turns; turn++) {
        for (const { name, count, width, run } of inOrderOf(turn, running)) {
          const micros = await run(count, width);
          if (turn >= 0) times.get(name)?.push(micros);
        }
      }
    } finally {
      for (const { end } of running) await end();
      await connection.close();
    }
    return figures(times);
  },
};

/** In twice as many turns as there are of them, each follows each other one twice. */
export function inOrderOf<T>(turn: number, all: readonly T[]): readonly T[] {
  const count = all.length;
  // 0, 1, last, 2, last but one, …: no two neighbours are as far apart as two others.
  const order = all.map((_, i) => (i % 2 === 1 ? (i + 1) / 2 : count - i / 2));
  const shifted = order.map((i) => all.slice((i + turn + count) % count)[0]!); // of all's own indices
  return turn % 2 === 0 ? shifted : shifted.reverse();
}

function figures(times: ReadonlyMap<string, readonly number[]>): Readonly<Record<string, Figure>> {
  const of = (name: string): readonly number[] => times.get(name) ?? [];
  const ratio = (above: string, below: string): Figure =>
    figure(
      of(above).map((micros, turn) => micros / (of(below)[turn] ?? NaN)),
      '×',
    );
  return {
    ...Object.fromEntries([...times].map(([name, all]) => [name, figure(all, 'µs')])),
    oursToPython: ratio('ours', 'python'),
    oursPipelinedToPython8Threads: ratio('oursPipelined', 'python8Threads'),
    bareToPython: ratio('bare', 'python'),
    barePipelinedToPython8Threads: ratio('barePipelined', 'python8Threads'),
    ...(times.has('unraid') && { unraidToOurs: ratio('unraid', 'ours') }),
    virshToOurs: ratio('virsh', 'ours'),
  };
}

function contender([program = '', ...argv]: readonly string[]): {
  run: (count: number, width: number) => Promise<number>;
  end: () => Promise<void>;
} {
  const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run(count, width) {
      child.stdin.write(`${count} ${width}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${argv[0]} has ended`);
      return Number(value);
    },
    async end() {
      child.kill(); // its connections would keep it
      await exited;
    },
  };
}
