/**
 * Which hosts keep their VMs' disks in one place. It is tried while both answer, and remembered: once a host is gone
 * nobody can try it any more, and a file of the right name on another host may be an old copy.
 */
import type { Logger } from 'pino';
import { newId } from '../../platform/ids.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { PoolFacts } from '../../platform/hypervisor.ts';
import { Lanes } from '../../platform/operations/lanes.ts';
import type { VmMoves } from '../../platform/vm-moves.ts';
import { type StorageRow, hostStorageStore } from './host-storage-store.ts';

interface Deps {
  readonly database: Database;
  readonly moves: Pick<VmMoves, 'sharesPool'>;
  readonly log: Logger;
}

export type HostStorage = ReturnType<typeof hostStorage>;

/** One file system tells two hosts the same size, give or take what their block sizes round. */
const SAME_SIZE = 0.01;

export function hostStorage({ database, moves, log }: Deps) {
  const lane = new Lanes(1);
  /** Hosts that have been looked at since they connected, and the pools that they had then. */
  const seen = new Map<string, string>();

  const shares = (one: StorageRow, other: StorageRow): Promise<boolean> =>
    moves.sharesPool({
      vmId: newId(), // of nobody: a pool is asked about, not a VM
      from: { hostId: one.id, poolName: one.poolName },
      to: { hostId: other.id, poolName: other.poolName },
    });

  async function storageOf(host: StorageRow, others: readonly StorageRow[]): Promise<string> {
    const alike = others.filter((other) => looksLike(host, other) && other.storageId !== null);
    const ids = [...new Set(alike.map(({ storageId }) => storageId ?? ''))];
    // What it had before is the likeliest.
    ids.sort((a, b) => Number(b === host.storageId) - Number(a === host.storageId));
    let isKept = host.storageId !== null && ids.includes(host.storageId);
    for (const id of ids) {
      const witness = alike.find((other) => other.storageId === id && other.isHealthy);
      if (!witness) continue;
      if (await shares(host, witness)) return id;
      if (id === host.storageId) isKept = false;
    }
    // Nobody who has the same answers now: what was found out before still holds.
    return isKept && host.storageId !== null ? host.storageId : newId();
  }

  async function learn(hostId: string): Promise<void> {
    const rows = await hostStorageStore.all(database.db);
    const host = rows.find(({ id }) => id === hostId);
    if (!host?.isHealthy) return;
    const storageId = await storageOf(
      host,
      rows.filter(({ id }) => id !== hostId),
    );
    if (storageId !== host.storageId)
      await database.transact((tx) => hostStorageStore.set(tx, hostId, storageId));
  }

  return {
    /** The host has been read. Nobody need wait for it: it takes several hosts' time. */
    async onFacts(hostId: string, { path, capacityBytes }: PoolFacts): Promise<void> {
      const pool = `${path} ${capacityBytes}`;
      if (seen.get(hostId) === pool) return;
      seen.set(hostId, pool);
      try {
        await lane.run('', () => learn(hostId));
      } catch (error) {
        seen.delete(hostId); // tried again when it is read next
        if (!(error instanceof UserError))
          log.warn({ err: error, hostId }, 'its storage could not be looked at');
      }
    },

    onLost(hostId: string): void {
      seen.delete(hostId);
    },
  };
}

function looksLike(one: StorageRow, other: StorageRow): boolean {
  const isSameSize =
    Math.abs(one.capacityBytes - other.capacityBytes) <= SAME_SIZE * Math.max(one.capacityBytes, 1);
  return one.poolPath !== '' && one.poolPath === other.poolPath && isSameSize;
}
