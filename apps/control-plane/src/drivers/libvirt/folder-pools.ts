/**
 * Lets libvirt look into any folder of a host: through the pool that covers it, else through one that lives only as long
 * as somebody looks. libvirt keeps two pools off one folder, so all who look share it.
 */
import { createHash } from 'node:crypto';
import { ErrorNumber, ListPoolsFlag, type PoolRef, PoolState } from '@loucloud/libvirt';
import { unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { folderPoolXml, poolAt } from './pools.ts';

const PREFIX = 'loucloud-look-';
const RELEASE_MS = 30_000;

interface Lease {
  readonly pool: Promise<OpenPool>;
  users: number;
}

interface OpenPool {
  readonly pool: PoolRef;
  /** It ran before anybody looked, and is to go on. */
  readonly isKept: boolean;
}

export class FolderPools {
  readonly #hostFor: (timeoutMs: number) => Calls;
  readonly #leases = new Map<string, Lease>();
  readonly #closing = new Map<string, Promise<void>>();

  constructor(hostFor: (timeoutMs: number) => Calls) {
    this.#hostFor = hostFor;
  }

  async use<T>(host: Calls, folder: string, use: (pool: PoolRef) => Promise<T>): Promise<T> {
    await this.#closing.get(folder);
    let lease = this.#leases.get(folder);
    if (!lease) {
      lease = { pool: open(host, folder), users: 0 };
      this.#leases.set(folder, lease);
    }
    lease.users++;
    try {
      return await use((await lease.pool).pool);
    } finally {
      if (--lease.users === 0) await this.#release(folder, lease);
    }
  }

  /** After a connection: what an earlier run of ours could not put away. */
  async sweep(host: Calls): Promise<void> {
    const { pools } = await host.call('connectListAllStoragePools', {
      needResults: 1,
      flags: ListPoolsFlag.active,
    });
    const inUse = new Set([...this.#leases.keys(), ...this.#closing.keys()].map(nameFor));
    for (const pool of pools) {
      if (!pool.name.startsWith(PREFIX) || inUse.has(pool.name)) continue;
      await stop(host, pool);
    }
  }

  async #release(folder: string, lease: Lease): Promise<void> {
    this.#leases.delete(folder);
    const closing = lease.pool.then(
      ({ pool, isKept }) => (isKept ? undefined : stop(this.#hostFor(RELEASE_MS), pool)),
      () => {}, // it never opened, which its users have been told
    );
    this.#closing.set(folder, closing);
    try {
      await closing;
    } finally {
      this.#closing.delete(folder);
    }
  }
}

/** The same for a folder at any time, so that what was left behind is found again. */
const nameFor = (folder: string): string =>
  PREFIX + createHash('sha256').update(folder).digest('hex').slice(0, 16);

async function open(host: Calls, folder: string): Promise<OpenPool> {
  const found = await poolAt(host, folder);
  if (found) {
    const { state } = await host.call('storagePoolGetInfo', { pool: found });
    if (state !== PoolState.inactive) return { pool: found, isKept: !found.name.startsWith(PREFIX) };
    await host.call('storagePoolCreate', { pool: found, flags: 0 });
    return { pool: found, isKept: false };
  }
  const { pool } = await host.call('storagePoolCreateXml', {
    xml: folderPoolXml(nameFor(folder), folder),
    flags: 0,
  });
  return { pool, isKept: false };
}

/** A pool that was never defined is forgotten with it; the files stay. */
const stop = (host: Calls, pool: PoolRef): Promise<void> =>
  unless(
    [ErrorNumber.noStoragePool, ErrorNumber.operationInvalid],
    host.call('storagePoolDestroy', { pool }),
  );
