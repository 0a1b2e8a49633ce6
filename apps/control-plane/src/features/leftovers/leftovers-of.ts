/** Which of the things on a host nobody knows. Pure. */
import type { HostContents, PoolVolume } from '../../platform/hypervisor.ts';

/** What the database knows of one host. */
export interface Known {
  /** VMs that are recorded there, and those that an operation may be moving there. */
  readonly vmIds: ReadonlySet<string>;
  /** VMs whose disks may lie in its pool: these, and those of hosts that have the same one, or may have it. */
  readonly diskVmIds: ReadonlySet<string>;
  /** Files of images, and of adopted VMs. */
  readonly paths: ReadonlySet<string>;
  /** Copies of images, also those that are on their way, on any host: pools may be on one storage. */
  readonly copyNames: ReadonlySet<string>;
}

export interface Unknown {
  readonly volumes: readonly PoolVolume[];
  readonly domains: HostContents['domains'];
}

const OURS = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:qcow2|core)$/;

/** The VM that a file was made for, by its name; null: LouCloud did not name it. */
export const vmIdOf = (fileName: string): string | null => OURS.exec(fileName)?.[1] ?? null;

export function leftoversOf(contents: HostContents, known: Known): Unknown {
  const kept = new Set<string>([...contents.usedPaths, ...known.paths]);
  for (const { name, path } of contents.volumes) {
    const vmId = vmIdOf(name);
    if ((vmId !== null && known.diskVmIds.has(vmId)) || known.copyNames.has(name)) kept.add(path);
  }
  const backingOf = new Map(contents.volumes.map(({ path, backingPath }) => [path, backingPath]));
  // What a kept file rests on is kept too; a set that grows while it is gone through is gone through to its end.
  for (const path of kept) {
    const backing = backingOf.get(path);
    if (backing) kept.add(backing);
  }
  return {
    volumes: contents.volumes.filter(({ path }) => !kept.has(path)),
    domains: contents.domains.filter(({ vmId }) => !known.vmIds.has(vmId)),
  };
}
