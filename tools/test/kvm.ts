/** Whether boxes have a KVM. One that runs no guests costs every world of every test the time to find that out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeGuestBootSector } from '../../apps/control-plane/src/drivers/image-builder/probe-guest.ts';
import type { Step } from '../steps.ts';

const PATIENCE_MS = 3000;
const DISK_BYTES = 2 ** 20;

/** Adds to the options of every box that it goes without, where that is so. */
export const kvmOfBoxes = (options: string[]): Step => ({
  title: 'KVM',
  async run() {
    if (!existsSync('/dev/kvm')) return 'none';
    if (await runsGuests()) return 'runs guests';
    options.push('--no-kvm');
    return 'runs no guests: tests go without';
  },
});

async function runsGuests(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'loucloud-kvm-'));
  try {
    const disk = join(dir, 'disk.raw');
    await writeFile(disk, probeGuestBootSector());
    await truncate(disk, DISK_BYTES);
    // prettier-ignore
    const argv = ['-nodefaults', '-machine', 'q35', '-accel', 'kvm', '-m', '32', '-display', 'none',
      '-drive', `file=${disk},format=raw,if=virtio`];
    const child = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    return code === 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
