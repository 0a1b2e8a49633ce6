/**
 * Lets libvirt look into any folder of a host: through the pool that covers it, else through one that lives only as long
 * as somebody looks, and a moment longer: who makes many VMs looks at their image again and again. libvirt keeps two pools
 * off one folder, so all who look share it.
 */
import { createHash } from 'node:crypto';
import { ErrorNumber, LibvirtError, ListPoolsFlag, type PoolRef, PoolState } from '@loucloud/libvirt';
import { unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { folderPoolXml, poolAt } from './pools.ts';

const PREFIX = 'loucloud-look-';
const RELEASE_MS = 30_000;
/** Not long: meanwhile nobody else can make a pool of that folder. */
const LINGER_MS = 2000;
/** Nobody is kept waiting for a host that hangs. */
const CLOSE_MS = 1000;

interface Lease {
  pool: Promise<OpenPool>;
  users: number;
  /** Set while nobody looks. */
  lingering: NodeJS.Timeout | undefined;
}

interface OpenPool {
  readonly pool: PoolRef;
  /** It ran before anybody looked, and is to go on; was defined by somebody, and is to be stopped again; or is ours. */
  readonly origin: 'running' | 'defined' | 'ours';
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
    const lease = this.#lease(host, folder);
    lease.users++;
    let isOurs = false;
    try {
      const { pool, origin } = await lease.pool;
      isOurs = origin === 'ours';
      return await use(pool);
    } finally {
      if (--lease.users === 0) {
        if (isOurs)
          lease.lingering = setTimeout(() => void this.#putAway(folder, lease, RELEASE_MS), LINGER_MS);
        else await this.#release(folder, lease, RELEASE_MS);
      }
    }
  }

  /** Puts away what nobody looks into any more, before the link is closed. */
  async close(): Promise<void> {
    const unused = [...this.#leases].filter(([, { users }]) => users === 0);
    await Promise.all(unused.map(([folder, lease]) => this.#putAway(folder, lease, CLOSE_MS)));
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

  #lease(host: Calls, folder: string): Lease {
    let lease = this.#leases.get(folder);
    if (!lease) {
      lease = { pool: open(host, folder), users: 0, lingering: undefined };
      this.#leases.set(folder, lease);
    } else if (lease.users === 0) {
      clearTimeout(lease.lingering);
      lease.pool = lease.pool.then((there) => lookAgain(host, there, folder));
    }
    return lease;
  }

  /** What cannot be put away now the next sweep finds. */
  #putAway(folder: string, lease: Lease, timeoutMs: number): Promise<void> {
    return this.#release(folder, lease, timeoutMs).catch(() => {});
  }

  async #release(folder: string, lease: Lease, timeoutMs: number): Promise<void> {
    clearTimeout(lease.lingering);
    this.#leases.delete(folder);
    const closing = lease.pool.then(
      ({ pool, origin }) => (origin === 'running' ? undefined : stop(this.#hostFor(timeoutMs), pool)),
      () => {}, // it never opened, which its users have been told
    );
    // Who comes next waits for it, whatever comes of it: a pool that is still there is found.
    this.#closing.set(
      folder,
      closing.catch(() => {}),
    );
    try {
      await closing;
    } finally {
      this.#closing.delete(folder);
    }
  }
}

/** As new: files may have come and gone since, and somebody may have stopped it. */
async function lookAgain(host: Calls, there: OpenPool, folder: string): Promise<OpenPool> {
  try {
    await host.call('storagePoolRefresh', { pool: there.pool, flags: 0 });
    return there;
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    return open(host, folder);
  }
}

/** The same for a folder at any time, so that what was left behind is found again. */
const nameFor = (folder: string): string =>
  PREFIX + createHash('sha256').update(folder).digest('hex').slice(0, 16);

async function open(host: Calls, folder: string): Promise<OpenPool> {
  const found = await poolAt(host, folder);
  if (found) {
    const { state } = await host.call('storagePoolGetInfo', { pool: found });
    if (state !== PoolState.inactive)
      return { pool: found, origin: found.name.startsWith(PREFIX) ? 'ours' : 'running' };
    await host.call('storagePoolCreate', { pool: found, flags: 0 });
    return { pool: found, origin: 'defined' };
  }
  const { pool } = await host.call('storagePoolCreateXml', {
    xml: folderPoolXml(nameFor(folder), folder),
    flags: 0,
  });
  return { pool, origin: 'ours' };
}

/** A pool that was never defined is forgotten with it; the files stay. */
const stop = (host: Calls, pool: PoolRef): Promise<void> =>
  unless(
    [ErrorNumber.noStoragePool, ErrorNumber.operationInvalid],
    host.call('storagePoolDestroy', { pool }),
  );
