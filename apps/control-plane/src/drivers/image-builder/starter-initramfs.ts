// Puts together the starter guest's root: busybox, a few kernel modules, resize2fs, and our own scripts.
// It is an initramfs and stays one: the guest runs from memory and keeps only /home on its disk.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { type CpioEntry, writeCpio } from './cpio-archive.ts';
import { screenFontEntries } from './screen-font.ts';

const GUEST_FILES = join(import.meta.dirname, 'starter-guest');

/** What a q35 or i440fx guest with virtio devices needs. VGA text, PS/2 keyboard and ext4 are in the kernel. */
const KERNEL_MODULES = [
  'virtio_pci',
  'virtio_blk',
  'virtio_net',
  'virtio_console',
  'virtio_balloon',
  'virtio-rng',
  'qemu_fw_cfg',
  'evdev',
  'button',
];

const RESIZE2FS_LIBRARIES = ['libe2p.so.2', 'libext2fs.so.2', 'libcom_err.so.2', 'libc.so.6'];
const FOLDERS = [
  'bin',
  'dev',
  'home',
  'lib',
  'lib/modules',
  'lib64',
  'proc',
  'run',
  'sbin',
  'sys',
  'tmp',
  'var',
  'var/run',
];
const IN_SBIN = new Set('acpid blockdev getty insmod ip lsmod poweroff reboot halt udhcpc'.split(' '));

/** `packagesDir` holds the unpacked packages, `busyboxApplets` what `busybox --list` says. */
export async function buildInitramfs(
  packagesDir: string,
  busyboxApplets: readonly string[],
): Promise<Buffer> {
  const entries: CpioEntry[] = FOLDERS.map((path) => ({ kind: 'folder', path, mode: 0o755 }));
  // The kernel opens this for process 1 before anything is mounted.
  entries.push({ kind: 'device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 });
  entries.push({ kind: 'link', path: 'init', target: 'sbin/init' });

  entries.push({
    kind: 'file',
    path: 'bin/busybox',
    mode: 0o755,
    content: await readFile(join(packagesDir, 'bin/busybox')),
  });
  for (const applet of busyboxApplets) {
    if (applet === 'busybox' || ['poweroff', 'reboot', 'halt'].includes(applet)) continue;
    const folder = applet === 'init' || IN_SBIN.has(applet) ? 'sbin' : 'bin';
    entries.push({ kind: 'link', path: `${folder}/${applet}`, target: '/bin/busybox' });
  }
  for (const name of ['poweroff', 'reboot', 'halt'])
    entries.push({ kind: 'link', path: `sbin/${name}`, target: 'stop' });

  entries.push(
    ...(await moduleEntries(packagesDir)),
    ...(await resize2fsEntries(packagesDir)),
    ...(await screenFontEntries(packagesDir)),
    ...(await guestFiles()),
  );
  return writeCpio(entries);
}

async function moduleEntries(packagesDir: string): Promise<CpioEntry[]> {
  const paths = new Map<string, string>();
  for (const path of await filesUnder(join(packagesDir, 'lib/modules'))) {
    if (path.endsWith('.ko')) paths.set(plainName(basename(path, '.ko')), path);
  }
  const order: string[] = [];
  const entries: CpioEntry[] = [];
  const add = async (name: string): Promise<void> => {
    if (order.includes(name)) return;
    const path = paths.get(name);
    if (path === undefined) throw new Error(`the kernel package has no module ${name}`);
    const content = await readFile(path);
    // A module names what it needs in its own .modinfo section: "depends=a,b" between NULs.
    const depends = /\0depends=([^\0]*)\0/.exec(content.toString('latin1'))?.[1] ?? '';
    for (const needed of depends.split(',')) if (needed !== '') await add(plainName(needed));
    order.push(name);
    entries.push({ kind: 'file', path: `lib/modules/${name}.ko`, mode: 0o644, content });
  };
  for (const name of KERNEL_MODULES) await add(plainName(name));
  entries.push({
    kind: 'file',
    path: 'lib/modules/order',
    mode: 0o644,
    content: Buffer.from(`${order.join('\n')}\n`),
  });
  return entries;
}

/** The kernel takes - and _ in a module's name for the same. */
function plainName(name: string): string {
  return name.replaceAll('-', '_');
}

async function resize2fsEntries(packagesDir: string): Promise<CpioEntry[]> {
  const libraryDir = join(packagesDir, 'lib/x86_64-linux-gnu');
  const loader = await readFile(join(libraryDir, 'ld-linux-x86-64.so.2'));
  const program = await readFile(join(packagesDir, 'sbin/resize2fs'));
  const entries: CpioEntry[] = [
    { kind: 'file', path: 'lib64/ld-linux-x86-64.so.2', mode: 0o755, content: loader },
    { kind: 'file', path: 'sbin/resize2fs', mode: 0o755, content: program },
  ];
  for (const name of RESIZE2FS_LIBRARIES) {
    entries.push({
      kind: 'file',
      path: `lib/${name}`,
      mode: 0o755,
      content: await readFile(join(libraryDir, name)),
    });
  }
  return entries;
}

async function guestFiles(): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  for (const absolute of await filesUnder(GUEST_FILES, true)) {
    const path = relative(GUEST_FILES, absolute);
    const info = await stat(absolute);
    if (info.isDirectory()) {
      if (!FOLDERS.includes(path)) entries.push({ kind: 'folder', path, mode: 0o755 });
    } else {
      // A script is what starts like one: a clone need not keep the executable bit.
      const content = await readFile(absolute);
      const mode = content.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644;
      entries.push({ kind: 'file', path, mode, content });
    }
  }
  return entries;
}

/** Sorted, so that the same packages give the same image; folders (if wanted) before what is in them. */
async function filesUnder(dir: string, withFolders = false): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() || (withFolders && entry.isDirectory()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
