import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { QemuGuest } from './test-qemu-guest.ts';
import { buildStarterImage } from './starter-image.ts';

const run = promisify(execFile);
const BOOT_MS = 120_000;
const GIB = 1024 ** 3;
let dir: string;
let imagePath: string;

let steps: number[];

/** The steps it told of. Nothing that was built here before is taken. */
async function build(outputPath: string): Promise<number[]> {
  const told: number[] = [];
  await buildStarterImage({
    outputPath,
    workDir: join(dir, 'work'),
    builtImagesDir: join(dir, 'built'),
    onProgress: ({ step }) => told.push(step),
  });
  return told;
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'starter-image-'));
  imagePath = join(dir, 'starter.qcow2');
  steps = await build(imagePath);
});

after(() => rm(dir, { recursive: true, force: true }));

async function startGuest(name: string, qemuArgs: readonly string[] = []): Promise<QemuGuest> {
  const guestDir = join(dir, name);
  await mkdir(guestDir);
  const disk = join(guestDir, 'disk.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', imagePath, '-F', 'qcow2', disk, '2G']);
  return restartGuest(name, qemuArgs);
}

function restartGuest(name: string, qemuArgs: readonly string[] = []): Promise<QemuGuest> {
  const guestDir = join(dir, name);
  const disk = `file=${join(guestDir, 'disk.qcow2')},format=qcow2,if=virtio`;
  return QemuGuest.start({ dir: guestDir, qemuArgs: ['-machine', 'q35', '-drive', disk, ...qemuArgs] });
}

async function login(guest: QemuGuest, user: string): Promise<void> {
  await guest.waitForSerial(/login: /, BOOT_MS);
  guest.typeOnSerial(`${user}\n`);
  await guest.waitForSerial(new RegExp(`${user}@.*[#$] `), 20_000);
}

async function shell(guest: QemuGuest, command: string): Promise<string> {
  guest.typeOnSerial(`${command}; echo end-of"-command"\n`);
  return guest.waitForSerial(/end-of-command\n/, 30_000);
}

test('the image is a qcow2 of a few tens of MB that rests on no other file', async () => {
  const { stdout } = await run('qemu-img', ['info', '-f', 'qcow2', '--output=json', imagePath]);
  const info = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(info['format'], 'qcow2');
  assert.equal('backing-filename' in info, false);
  assert.ok((await stat(imagePath)).size < 40 * 1024 * 1024);
});

test('it is built in four steps, and the second time taken from the first', async () => {
  assert.deepEqual(steps, [1, 2, 3, 4]);
  const again = join(dir, 'again.qcow2');
  assert.deepEqual(await build(again), [1, 4]);
  assert.deepEqual(await readFile(again), await readFile(imagePath));
  assert.deepEqual(await readdir(join(dir, 'work')), []);
});

test('under BIOS the guest tells its name, takes typed keys on its screen, and obeys the power button', async () => {
  // prettier-ignore
  await using guest = await startGuest('bios', [
    '-fw_cfg', 'name=opt/net.loucloud/name,string=Wéb 机器 100%n \\1',
    '-fw_cfg', 'name=opt/net.loucloud/hostname,string=web-1',
  ]);
  await guest.waitForSerial(/LOUCLOUD-STARTER READY name=Wéb 机器 100%n \\1\n/, BOOT_MS);
  await guest.waitForSerial(/Name +Wéb 机器 100%n \\1\n(.*\n)*.*web-1 login: /, BOOT_MS);

  const prompt = await waitForStillScreen(guest);
  await guest.pressKeys(['g', 'u', 'e', 's', 't']);
  const typed = await waitForOtherScreen(guest, prompt);
  await guest.pressKeys(['ret']);
  await waitForOtherScreen(guest, typed);

  await guest.qmp('system_powerdown');
  assert.ok((await guest.waitForExit(20_000)) < 10_000);
});

test('under UEFI the same image boots', async () => {
  const vars = join(dir, 'vars.fd');
  await copyFile('/usr/share/OVMF/OVMF_VARS_4M.fd', vars);
  // prettier-ignore
  await using guest = await startGuest('uefi', [
    '-drive', 'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive', `if=pflash,format=raw,file=${vars}`,
    '-smbios', 'type=1,serial=from-smbios',
  ]);
  await guest.waitForSerial(/LOUCLOUD-STARTER READY name=from-smbios\n/, BOOT_MS);
  await guest.qmp('system_powerdown');
  await guest.waitForExit(20_000);
});

test('without a network card or a name it gives a login; home folders fill the disk and outlive a power cut', async () => {
  {
    await using guest = await startGuest('data');
    await guest.waitForSerial(/READY name=loucloud\n/, BOOT_MS);
    await login(guest, 'guest');
    const listing = await shell(guest, 'df -k /home | tail -1; id -un; cat ~/kept');
    const kib = Number(/\/dev\/vda2 +(\d+)/.exec(listing)?.[1]);
    assert.ok(kib * 1024 > 1.8 * GIB, listing);
    assert.match(listing, /^guest$/m);
    await shell(guest, 'echo precious > ~/kept; sync');
  }
  await using guest = await restartGuest('data');
  await login(guest, 'root');
  assert.match(await shell(guest, 'cat /home/guest/kept'), /^precious$/m);
  guest.typeOnSerial('reboot\n');
  await login(guest, 'root');
  assert.match(await shell(guest, 'cat /home/guest/kept'), /^precious$/m);
  guest.typeOnSerial('poweroff\n');
  await guest.waitForExit(20_000);
});

/** Two looks that are the same: the banner is drawn, and the text cursor (a blink) is in the same phase. */
async function waitForStillScreen(guest: QemuGuest): Promise<Buffer> {
  let previous = await guest.screenPng();
  for (;;) {
    const next = await guest.screenPng();
    if (next.equals(previous)) return next;
    previous = next;
  }
}

async function waitForOtherScreen(guest: QemuGuest, before_: Buffer): Promise<Buffer> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const next = await guest.screenPng();
    if (!next.equals(before_)) return waitForStillScreen(guest);
  }
  throw new Error('the screen did not change');
}
