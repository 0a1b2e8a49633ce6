// Builds the starter image: a small qcow2 made from Debian packages that boots anywhere in seconds, shows its
// VM's name and address, and needs no download beyond apt, no loop mount and no KVM.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import {
  type BootDisk,
  fillBootPartition,
  fillDataPartition,
  installSyslinux,
  writePartitions,
  writeQcow2,
} from './boot-disk.ts';
import { DEFAULT_BUILT_IMAGES_DIR, keepBuiltImage, keyOfParts, takeBuiltImage } from './built-images.ts';
import {
  DEFAULT_PACKAGE_DIR,
  STARTER_IMAGE_CONTENT_PACKAGES,
  fetchPackages,
  unpackPackage,
} from './debian-packages.ts';
import type { ImageBuildOptions } from './image-build.ts';
import { runTool } from './run-tool.ts';
import { buildInitramfs } from './starter-initramfs.ts';

const KERNEL_COMMAND_LINE = [
  'console=ttyS0,115200',
  'console=tty0', // the last one is /dev/console
  'quiet',
  'loglevel=3',
  'mitigations=off', // costly under TCG, and the starter machine keeps no secrets from itself
  'random.trust_cpu=on',
  'rcupdate.rcu_expedited=1',
  'panic=10',
].join(' ');

const SYSLINUX_MBR = '/usr/lib/syslinux/mbr/mbr.bin';
const LOADER_CONF = 'timeout 0\ndefault starter.conf\neditor no\n';
const DATA_UUID = '6c6f7563-6c6f-4564-8000-737461727465';

export async function buildStarterImage(options: ImageBuildOptions): Promise<void> {
  const say = (step: number, message: string): void => options.onProgress({ step, steps: 4, message });
  await mkdir(options.workDir, { recursive: true });
  const dir = await mkdtemp(join(options.workDir, 'starter-'));
  try {
    say(1, 'Fetch the Debian packages');
    const packages = await fetchPackages(
      STARTER_IMAGE_CONTENT_PACKAGES,
      options.packageDir ?? DEFAULT_PACKAGE_DIR,
      options.signal,
    );
    const cacheDir = options.builtImagesDir ?? DEFAULT_BUILT_IMAGES_DIR;
    const cacheName = `starter-${keyOfParts(packages.values())}.qcow2`;
    if (await takeBuiltImage(cacheDir, cacheName, options.outputPath)) {
      return say(4, 'Take the image that was built here before');
    }
    say(2, 'Unpack them');
    const root = join(dir, 'packages');
    for (const debPath of packages.values()) await unpackPackage(debPath, root);
    say(3, 'Put the guest together');
    const applets = await runTool([join(root, 'bin/busybox'), '--list'], { timeoutMs: 60_000 });
    const initramfs = await buildInitramfs(root, applets.trim().split('\n'));
    const disk: BootDisk = { path: join(dir, 'disk.raw'), bootMib: 40, dataMib: 87, id: '10c10d01' };
    await writePartitions(disk, { mbr: await readFile(SYSLINUX_MBR) });
    await fillBootPartition(disk, await bootFiles(dir, root, initramfs));
    await installSyslinux(disk);
    await fillDataPartition(disk, { label: 'loucloud-data', uuid: DATA_UUID });
    say(4, 'Write the qcow2 image');
    await writeQcow2(disk.path, options.outputPath);
    await keepBuiltImage(cacheDir, cacheName, options.outputPath);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function bootFiles(dir: string, root: string, initramfs: Buffer): Promise<ReadonlyMap<string, string>> {
  const kernel = (await readdir(join(root, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('the kernel package holds no kernel');
  const written = new Map<string, string>();
  const write = async (target: string, content: string | Buffer): Promise<void> => {
    const source = join(dir, target.replaceAll('/', '-'));
    await writeFile(source, content);
    written.set(target, source);
  };
  written.set('vmlinuz', join(root, 'boot', kernel));
  await write('initrd', await promisify(zstdCompress)(initramfs));
  const syslinux = `default starter\nlabel starter\n  linux /vmlinuz\n  initrd /initrd\n  append ${KERNEL_COMMAND_LINE}\n`;
  await write('syslinux.cfg', syslinux);
  const entry = `title LouCloud starter\nlinux /vmlinuz\ninitrd /initrd\noptions ${KERNEL_COMMAND_LINE}\n`;
  await write('loader/loader.conf', LOADER_CONF);
  await write('loader/entries/starter.conf', entry);
  written.set('EFI/BOOT/BOOTX64.EFI', join(root, 'usr/lib/systemd/boot/efi/systemd-bootx64.efi'));
  return written;
}
