/**
 * What a call costs: node packages/libvirt/bench/calls.ts
 * Against a private libvirtd (needs root), beside virsh, in interleaved rounds: a busy machine slows all alike.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Connection, domainRef } from '../src/index.ts';
import { PrivateLibvirtd } from '../src/testing/private-libvirtd.ts';

const ROUNDS = 7;
const DOMAINS = 1000;

const libvirtd = await PrivateLibvirtd.start();
try {
  const uri = libvirtd.uri('test:///default');
  const connection = await Connection.open({ uri });
  const { domains } = await connection.call('connectListAllDomains', { needResults: 1, flags: 0 });
  const domain = domainRef(domains[0]?.uuid ?? '');
  const getState = () => connection.call('domainGetState', { domain, flags: 0 });
  for (let i = 0; i < DOMAINS; i++) {
    const xml = `<domain type='test'><name>vm-${i}</name><memory>1024</memory><os><type>hvm</type></os></domain>`;
    await connection.call('domainDefineXmlFlags', { xml, flags: 0 });
  }

  const contenders: Record<string, () => Promise<number>> = {
    'domainGetState, one after the other': () => perCall(3000, 1, getState),
    'domainGetState, four at a time': () => perCall(6000, 4, getState),
    [`connectListAllDomains, ${DOMAINS + 1} domains`]: () =>
      perCall(30, 1, () => connection.call('connectListAllDomains', { needResults: 1, flags: 0 })),
    'connect, open, close': () =>
      perCall(30, 1, async () => {
        const another = await Connection.open({ uri });
        await another.close();
      }),
    'virsh domstate, a process each': () =>
      perCall(5, 1, () => promisify(execFile)('virsh', ['-c', uri, 'domstate', domain.uuid])),
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const cpu = process.cpuUsage();
      const micros = await run();
      void cpu;
      times.set(name, [...(times.get(name) ?? []), micros]);
    }
  }
  console.log('µs per call'.padEnd(42), 'median'.padStart(10), 'best'.padStart(10));
  for (const [name, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    console.log(name.padEnd(42), median.toFixed(0).padStart(10), (sorted[0] ?? 0).toFixed(0).padStart(10));
  }
  await connection.close();
} finally {
  await libvirtd.stop();
}

/** Microseconds for one of `count` calls, `width` of them under way at a time. */
async function perCall(count: number, width: number, call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun++ < count) await call();
  };
  await Promise.all(Array.from({ length: width }, worker));
  return ((performance.now() - start) * 1000) / count;
}
