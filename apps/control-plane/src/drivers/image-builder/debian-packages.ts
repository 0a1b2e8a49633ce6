// Fetches Debian packages through the machine's own apt, checks them, and unpacks them without installing.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';

/** Debian packages that must be installed here to build each image. */
export const STARTER_IMAGE_TOOL_PACKAGES = [
  'e2fsprogs',
  'mtools',
  'qemu-utils',
  'syslinux',
  'syslinux-common',
];
export const DEBIAN_IMAGE_TOOL_PACKAGES = [
  'e2fsprogs',
  'mmdebstrap',
  'mtools',
  'qemu-utils',
  'syslinux',
  'syslinux-common',
];

/** Debian packages that are unpacked into the starter image; never installed here. */
export const STARTER_IMAGE_CONTENT_PACKAGES = [
  'linux-image-cloud-amd64',
  'busybox-static',
  'systemd-boot-efi',
  'e2fsprogs',
  'libext2fs2',
  'libcom-err2',
  'libc6',
  'xfonts-unifont', // the characters of a VM's name, for its screen
];

/** One cache for every data folder of this machine, so that a second build needs no network. */
export const DEFAULT_PACKAGE_DIR = '/var/cache/loucloud/packages';

interface PackageRecord {
  readonly name: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly depends: string;
}

/** The path of the checked `.deb` for each name, by name. A meta package for a kernel stands for its kernel. */
export async function fetchPackages(
  names: readonly string[],
  packageDir: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(packageDir, { recursive: true });
  const records = await candidates(names);
  const missing: string[] = [];
  for (const record of records.values()) {
    if (!(await isIntact(record, packageDir))) missing.push(record.name);
  }
  if (missing.length > 0) {
    await download(missing, packageDir, signal);
  }
  const paths = new Map<string, string>();
  for (const [name, record] of records) {
    if (!(await isIntact(record, packageDir))) {
      throw new Error(`apt did not bring the package ${record.name} as ${record.fileName} with its checksum`);
    }
    paths.set(name, join(packageDir, record.fileName));
  }
  return paths;
}

/** By way of a folder of its own, so that builds at the same time never see each other's halves. */
async function download(names: readonly string[], packageDir: string, signal?: AbortSignal): Promise<void> {
  const partialDir = await mkdtemp(join(packageDir, 'partial-'));
  try {
    const options = { cwd: partialDir, timeoutMs: 15 * 60_000, ...(signal === undefined ? {} : { signal }) };
    await runTool(['apt-get', '-q', '-o', 'APT::Sandbox::User=root', 'download', ...names], options);
    for (const file of await readdir(partialDir))
      await rename(join(partialDir, file), join(packageDir, file));
  } finally {
    await rm(partialDir, { recursive: true, force: true });
  }
}

export async function unpackPackage(debPath: string, targetDir: string): Promise<void> {
  await runTool(['dpkg-deb', '--extract', debPath, targetDir], { timeoutMs: 5 * 60_000 });
}

/** What apt would install now under each name. Two calls at most: apt reads all its lists anew for each. */
async function candidates(names: readonly string[]): Promise<Map<string, PackageRecord>> {
  const records = await show(names);
  // linux-image-amd64 and its like are empty, and depend on the kernel of the day.
  const kernels = new Map<string, string>();
  for (const [name, record] of records) {
    const kernel = /\b(linux-image-\d[\w.+-]*)/.exec(record.depends)?.[1];
    if (name.startsWith('linux-image-') && kernel !== undefined) kernels.set(name, kernel);
  }
  const kernelRecords = await show([...kernels.values()]);
  for (const [name, kernel] of kernels) {
    const record = kernelRecords.get(kernel);
    if (record !== undefined) records.set(name, record);
  }
  return records;
}

async function show(names: readonly string[]): Promise<Map<string, PackageRecord>> {
  const records = new Map<string, PackageRecord>();
  if (names.length === 0) return records;
  const text = await runTool(['apt-cache', 'show', '--no-all-versions', ...names], { timeoutMs: 60_000 });
  for (const stanza of text.split(/\n\n+/)) {
    const field = (label: string): string => new RegExp(`^${label}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
    const name = field('Package');
    if (name === '' || field('SHA256') === '') continue;
    // apt's own rule for the names of downloaded files
    const version = field('Version').replaceAll(':', '%3a');
    const fileName = `${name}_${version}_${field('Architecture')}.deb`;
    records.set(name, { name, fileName, sha256: field('SHA256'), depends: field('Depends') });
  }
  const unknown = names.filter((name) => !records.has(name));
  if (unknown.length > 0) {
    throw new Error(`apt knows no download for ${unknown.join(', ')}: run apt-get update`);
  }
  return records;
}

async function isIntact(record: PackageRecord, packageDir: string): Promise<boolean> {
  const path = join(packageDir, record.fileName);
  try {
    await access(path);
  } catch {
    return false;
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === record.sha256;
}
