/** A guest of one boot sector, so that guests take next to nothing of the machine while calls are measured. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Login, finished, waitFor } from '../e2e/world.ts';

const FOLDER = '/var/lib/libvirt/images';
const MIB = 2 ** 20;

/** 16-bit code at 0x7c00. Interrupts stay on, so the BIOS’s clock wakes it 18 times a second. */
const CODE = {
  /** Sleeps: sti; hlt; back. */
  idle: [0xfb, 0xf4, 0xeb, 0xfd],
  /** A screen of 1280 × 1024 (VBE mode 0x11b), whose first byte counts at each tick: es = 0xa000. */
  wide: [
    0xb8, 0x02, 0x4f, 0xbb, 0x1b, 0x01, 0xcd, 0x10, 0xb8, 0x00, 0xa0, 0x8e, 0xc0, 0xfb, 0xf4, 0x26, 0xfe,
    0x06, 0x00, 0x00, 0xeb, 0xf8,
  ],
  /** Counts in the screen’s first character at each tick of the clock: es = 0xb800; inc byte [es:0]. */
  counting: [0xb8, 0x00, 0xb8, 0x8e, 0xc0, 0xfb, 0xf4, 0x26, 0xfe, 0x06, 0x00, 0x00, 0xeb, 0xf8],
} as const;

/** A template of the smallest VM with that guest; its image is registered. */
export async function smallTemplate({ call }: Login, guest: keyof typeof CODE) {
  const [raw, path] = [`${FOLDER}/${guest}.raw`, `${FOLDER}/${guest}.qcow2`];
  const sector = Buffer.alloc(MIB);
  Buffer.from(CODE[guest]).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(raw, sector);
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, path]);
  rmSync(raw);
  const { operationId } = await call('imageRegister', { body: { name: guest, path } });
  const { objectId: imageId } = await finished(call, operationId);
  await waitFor('its checksum is there', async () => {
    return (await call('imageGet', { params: { imageId } })).state === 'ready';
  });
  const size = { vcpus: 1, memoryMib: 32, diskBytes: MIB };
  return call('templateCreate', { body: { name: guest, imageId, ...size } });
}

/** For hundreds of them: on a machine of two cores, and for each user. */
export async function makeRoom({ call }: Login): Promise<void> {
  const many = { vms: 1000, runningVms: 1000, vcpus: 1000, memoryMib: 1_000_000, diskBytes: 2 ** 40 };
  await call('settingsUpdate', { body: { defaultQuota: many } });
  const [host] = (await call('hostList', { query: {} })).items;
  assert.ok(host);
  await call('hostUpdate', {
    params: { hostId: host.id },
    body: { vcpuOvercommit: 64, memoryOvercommit: 4 },
  });
}
