// Builds a Debian cloud image from packages of the machine's own mirrors: cloud-init, the guest agent, SSH, and a
// boot loader for BIOS and UEFI. Needs root (the guest's files have many owners), no loop mount and no KVM.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BootDisk,
  fillBootPartition,
  fillDataPartition,
  writePartitions,
  writeQcow2,
} from './boot-disk.ts';
import { aptProxyOptions, debianSources } from './debian-mirrors.ts';
import { DEFAULT_PACKAGE_DIR, fetchPackages, unpackPackage } from './debian-packages.ts';
import { DEBIAN_GUEST_PACKAGES, DEBIAN_ROOT_LABEL, configureDebianGuest } from './debian-guest.ts';
import { GRUB_PACKAGES, makeBiosGrub, makeEfiGrub } from './grub.ts';
import type { ImageBuildOptions } from './image-build.ts';
import { runTool } from './run-tool.ts';

export interface DebianImageOptions extends ImageBuildOptions {
  readonly suite: 'bookworm';
}

const INSTALL_TIMEOUT_MS = 60 * 60_000;
const ROOT_MIB = 2039;
const ROOT_UUID = '6c6f7563-6c6f-4564-8000-64656269616e';

export async function buildDebianImage(options: DebianImageOptions): Promise<void> {
  const say = (step: number, message: string): void => options.onProgress({ step, steps: 4, message });
  if (process.getuid?.() !== 0) throw new Error('building a Debian image needs root');
  await mkdir(options.workDir, { recursive: true });
  const dir = await mkdtemp(join(options.workDir, `debian-${options.suite}-`));
  try {
    say(1, 'Fetch the boot loader');
    const packageDir = options.packageDir ?? DEFAULT_PACKAGE_DIR;
    const packagesDir = join(dir, 'packages');
    for (const path of (await fetchPackages(GRUB_PACKAGES, packageDir, options.signal)).values()) {
      await unpackPackage(path, packagesDir);
    }
    say(2, `Install Debian ${options.suite} into a folder`);
    const root = join(dir, 'root');
    await installDebian(root, options, (line) => say(2, line));
    await configureDebianGuest(root, options.suite);
    say(3, 'Lay out the disk');
    const disk: BootDisk = { path: join(dir, 'disk.raw'), bootMib: 8, dataMib: ROOT_MIB, id: '10c10d12' };
    const grub = { packagesDir, workDir: dir, rootLabel: DEBIAN_ROOT_LABEL };
    await writePartitions(disk, await makeBiosGrub(grub));
    await fillBootPartition(disk, new Map([['EFI/BOOT/BOOTX64.EFI', await makeEfiGrub(grub)]]));
    await fillDataPartition(disk, { label: DEBIAN_ROOT_LABEL, uuid: ROOT_UUID, from: root });
    say(4, 'Write the qcow2 image');
    await writeQcow2(disk.path, options.outputPath, { isCompressed: true });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function installDebian(
  root: string,
  { suite, signal }: DebianImageOptions,
  onLine: (line: string) => void,
): Promise<void> {
  const sources = await debianSources(suite);
  await runTool(
    // prettier-ignore
    ['mmdebstrap', '--mode=root', '--variant=apt', '--format=directory',
      `--include=${DEBIAN_GUEST_PACKAGES.join(',')}`,
      '--aptopt=Apt::Install-Recommends "false"',
      ...(await aptProxyOptions()).map((option) => `--aptopt=${option}`),
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      suite, root, ...sources],
    {
      timeoutMs: INSTALL_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
      // Its own progress, such as "I: installing remaining packages inside the chroot..."
      onStderrLine: (line) => {
        const said = /^I: (\w.*)/.exec(line)?.[1];
        if (said !== undefined) onLine(said);
      },
    },
  );
}
