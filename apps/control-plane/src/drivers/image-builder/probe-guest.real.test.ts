import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { probeGuestBootSector } from './probe-guest.ts';
import { QemuGuest } from './test-qemu-guest.ts';

test('the probe guest is one bootable sector', () => {
  const disk = probeGuestBootSector();
  assert.equal(disk.length, 512);
  assert.deepEqual(disk.slice(-2), Uint8Array.of(0x55, 0xaa));
});

for (const machine of ['q35', 'pc']) {
  test(`the probe guest switches a ${machine} machine off by itself`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'probe-guest-'));
    try {
      const path = join(dir, 'disk.raw');
      await writeFile(path, probeGuestBootSector());
      await truncate(path, 1024 * 1024);
      const drive = `file=${path},format=raw,if=virtio`;
      await using guest = await QemuGuest.start({
        dir,
        memoryMib: 32,
        qemuArgs: ['-machine', machine, '-drive', drive],
      });
      await guest.waitForExit(20_000);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
}
