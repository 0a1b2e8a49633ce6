// Keeps the last image built from the same parts by the same code, so that a second set-up on this machine is quick.
import { createHash, randomUUID } from 'node:crypto';
import { constants, readFileSync, readdirSync } from 'node:fs';
import { access, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export const DEFAULT_BUILT_IMAGES_DIR = '/var/cache/loucloud/images';

/** Taken as this program starts: what is edited while it runs must not pass for what it runs. */
const CODE = hashOfCode();

/** A key of everything that the image depends on: the packages, by their names with version, and all of our code. */
export function keyOfParts(packagePaths: Iterable<string>): string {
  const hash = createHash('sha256').update(CODE);
  for (const name of [...packagePaths].map((path) => basename(path)).toSorted()) hash.update(`\n${name}`);
  return hash.digest('hex').slice(0, 32);
}

function hashOfCode(): string {
  const hash = createHash('sha256');
  const dir = import.meta.dirname;
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(`${path.slice(dir.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Whether there was one to put at `outputPath`. */
export async function takeBuiltImage(dir: string, name: string, outputPath: string): Promise<boolean> {
  const kept = join(dir, name);
  try {
    await access(kept);
  } catch {
    return false;
  }
  await copyWhole(kept, outputPath);
  return true;
}

/** Keeps a copy under `name`, `PREFIX-KEY.qcow2`, instead of older ones with that prefix. */
export async function keepBuiltImage(dir: string, name: string, imagePath: string): Promise<void> {
  await copyWhole(imagePath, join(dir, name));
  const prefix = name.slice(0, name.lastIndexOf('-') + 1);
  for (const other of await readdir(dir)) {
    if (other.startsWith(prefix) && other.endsWith('.qcow2') && other !== name)
      await rm(join(dir, other), { force: true });
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const partialPath = `${to}.${randomUUID()}.part`;
  try {
    await copyFile(from, partialPath, constants.COPYFILE_FICLONE);
    await rename(partialPath, to);
  } finally {
    await rm(partialPath, { force: true });
  }
}
