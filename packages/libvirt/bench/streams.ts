/**
 * How fast volumes travel: node packages/libvirt/bench/streams.ts
 * Against a private libvirtd (needs root), beside virsh. The disk and its cache have the last word.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { once } from 'node:events';
import { Connection, Link } from '../src/index.ts';
import { PrivateLibvirtd } from '../src/testing/private-libvirtd.ts';
import { startPool } from '../src/testing/real-pool.ts';

const MIB = 1_048_576;
const SIZE_MIB = 256;
const ROUNDS = 3;
const virsh = promisify(execFile);

const libvirtd = await PrivateLibvirtd.start();
const file = join(tmpdir(), `streams-bench-${process.pid}`);
try {
  const link = new Link({ uri: libvirtd.uri() });
  link.start();
  await link.whenConnected();
  const connection = await Connection.open({ uri: libvirtd.uri() });
  const volume = await (await startPool(connection, 'bench')).createVolume('disk.img', SIZE_MIB * MIB);
  const args = { volume, offset: 0, length: 0, flags: 0 };
  const chunk = randomBytes(MIB);
  await writeFile(file, Buffer.concat(Array.from({ length: SIZE_MIB }, () => chunk)));

  const contenders: Record<string, () => Promise<unknown>> = {
    'upload, 1 MiB at a time': () =>
      link.withStream('storageVolUpload', args, async (stream) => {
        for (let i = 0; i < SIZE_MIB; i++) if (!stream.write(chunk)) await once(stream, 'drain');
      }),
    'upload, 64 KiB at a time': () =>
      link.withStream('storageVolUpload', args, async (stream) => {
        const small = chunk.subarray(0, 65_536);
        for (let i = 0; i < SIZE_MIB * 16; i++) if (!stream.write(small)) await once(stream, 'drain');
      }),
    download: () =>
      link.withStream('storageVolDownload', args, async (stream) => {
        let bytes = 0;
        stream.on('data', (data: Buffer) => (bytes += data.length));
        await once(stream, 'end');
        if (bytes !== SIZE_MIB * MIB) throw new Error(`${bytes} bytes came`);
      }),
    'virsh vol-upload': () =>
      virsh('virsh', ['-c', libvirtd.uri(), 'vol-upload', '--pool', 'bench', 'disk.img', file]),
    'virsh vol-download': () =>
      virsh('virsh', ['-c', libvirtd.uri(), 'vol-download', '--pool', 'bench', 'disk.img', file]),
  };
  const rates = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start = performance.now();
      await run();
      const seconds = (performance.now() - start) / 1000;
      rates.set(name, [...(rates.get(name) ?? []), (SIZE_MIB * MIB) / 1e6 / seconds]);
    }
  }
  for (const [name, all] of rates)
    console.log(name.padEnd(28), all.map((rate) => rate.toFixed(0).padStart(6)).join(''), 'MB/s');
  await connection.close();
  await link.close();
} finally {
  await rm(file, { force: true });
  await libvirtd.stop();
}
