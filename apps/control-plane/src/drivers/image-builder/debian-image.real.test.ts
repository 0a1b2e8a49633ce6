// It installs a Debian from the machine's mirrors and boots it under emulation: minutes, and a network.
// box: --no-libvirtd --host-net
// timeout: 60 min
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { buildDebianImage } from './debian-image.ts';
import { QemuGuest } from './test-qemu-guest.ts';

const run = promisify(execFile);
const BOOT_MS = 15 * 60_000;
let dir: string;
let imagePath: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debian-image-'));
  imagePath = join(dir, 'debian.qcow2');
  const workDir = join(dir, 'work');
  await buildDebianImage({ outputPath: imagePath, workDir, suite: 'bookworm', onProgress: () => {} });
});

after(() => rm(dir, { recursive: true, force: true }));

async function startGuest(name: string, qemuArgs: readonly string[]): Promise<QemuGuest> {
  const guestDir = join(dir, name);
  await mkdir(guestDir);
  const disk = join(guestDir, 'disk.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', imagePath, '-F', 'qcow2', disk, '4G']);
  // prettier-ignore
  return QemuGuest.start({
    dir: guestDir,
    memoryMib: 768,
    qemuArgs: ['-machine', 'q35', '-drive', `file=${disk},format=qcow2,if=virtio`, ...qemuArgs],
  });
}

test('the image is one qcow2 that rests on no other file', async () => {
  const { stdout } = await run('qemu-img', ['info', '-f', 'qcow2', '--output=json', imagePath]);
  assert.equal('backing-filename' in (JSON.parse(stdout) as object), false);
  assert.ok((await stat(imagePath)).size < 400 * 1024 * 1024);
});

test('under BIOS it boots to a login on the serial line, and obeys the power button', async () => {
  await using guest = await startGuest('bios', ['-nic', 'user,model=virtio-net-pci,restrict=on']);
  await guest.waitForSerial(/Debian GNU\/Linux 12 .* ttyS0\n\n.* login: /, BOOT_MS);
  // The button is systemd-logind's, which may not be up yet; a person presses again, too.
  const presses = setInterval(() => void guest.qmp('system_powerdown'), 10_000);
  try {
    await guest.waitForExit(BOOT_MS);
  } finally {
    clearInterval(presses);
  }
});

test('under UEFI the same image boots', async () => {
  const vars = join(dir, 'vars.fd');
  await copyFile('/usr/share/OVMF/OVMF_VARS_4M.fd', vars);
  // prettier-ignore
  await using guest = await startGuest('uefi', [
    '-drive', 'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive', `if=pflash,format=raw,file=${vars}`,
  ]);
  await guest.waitForSerial(/Welcome to .*Debian GNU\/Linux 12/, BOOT_MS);
});
