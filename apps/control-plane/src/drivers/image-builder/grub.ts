// Makes GRUB's boot code from unpacked Debian packages, without installing GRUB here or in the guest. GRUB reads
// its menu from the guest's own root, so the guest's kernel updates need nothing of it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BiosLoader } from './boot-disk.ts';
import { runTool } from './run-tool.ts';

/** Debian packages to unpack into `packagesDir`. */
export const GRUB_PACKAGES = ['grub-common', 'grub-pc-bin', 'grub-efi-amd64-bin'];

const COMMON_MODULES = 'part_msdos ext2 search search_label normal configfile linux echo test minicmd'.split(
  ' ',
);

export interface GrubSources {
  readonly packagesDir: string;
  /** A folder for what is made. */
  readonly workDir: string;
  /** The file system with /boot/grub/grub.cfg, by its label. */
  readonly rootLabel: string;
}

/**
 * boot.img loads the sector after it, and grub-mkimage writes into core.img's first sector how long the rest of it
 * is: side by side at the start of a disk they work without grub-bios-setup.
 */
export async function makeBiosGrub(sources: GrubSources): Promise<BiosLoader> {
  const gapPath = await makeImage(sources, { format: 'i386-pc', modules: ['biosdisk', 'serial'] });
  const mbr = await readFile(join(sources.packagesDir, 'usr/lib/grub/i386-pc/boot.img'));
  return { mbr, gap: await readFile(gapPath) };
}

/** The path of a program for the EFI system partition's /EFI/BOOT/BOOTX64.EFI. */
export function makeEfiGrub(sources: GrubSources): Promise<string> {
  return makeImage(sources, { format: 'x86_64-efi', modules: ['all_video', 'efi_gop', 'fat'] });
}

async function makeImage(
  { packagesDir, workDir, rootLabel }: GrubSources,
  target: { readonly format: string; readonly modules: readonly string[] },
): Promise<string> {
  const configPath = join(workDir, `grub-${target.format}.cfg`);
  const outputPath = join(workDir, `grub-${target.format}.img`);
  await writeFile(
    configPath,
    `search --no-floppy --label ${rootLabel} --set root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n`,
  );
  // prettier-ignore
  await runTool(
    [join(packagesDir, 'usr/bin/grub-mkimage'), '--format', target.format, '--output', outputPath,
      '--directory', join(packagesDir, 'usr/lib/grub', target.format), '--config', configPath, '--prefix', '/boot/grub',
      ...COMMON_MODULES, ...target.modules],
    { timeoutMs: 60_000 },
  );
  return outputPath;
}
