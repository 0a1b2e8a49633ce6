/** VMs' ways between two hosts, as the port has them. */
import type { Link } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { Move, VmMoves } from '../../platform/vm-moves.ts';
import { deleteDisk } from './disks.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { hostUnreachable, translating } from './errors.ts';
import type { FolderPools } from './folder-pools.ts';
import { type Calls, callsWithin } from './host-link.ts';
import { settleMove } from './migration-remains.ts';
import { moveLive } from './move-live.ts';
import { moveOffline } from './move-offline.ts';
import { removeNvram } from './moving-nvram.ts';
import type { OwnedDomains } from './owned-domains.ts';
import { sharesPool } from './shared-pool.ts';
import { undefine } from './undefine.ts';

export interface MovingHost {
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly folders: FolderPools;
}

/** The two ends of a move, each with calls that share a deadline. */
export interface Ends {
  readonly source: Calls;
  readonly destination: Calls;
}

const CHANGE_MS = 120_000;
const SETTLE_MS = 90_000;
/** A disk takes as long as it takes; who waits can cancel. */
const COPY_MS = 86_400_000;

/** `hostOf` gives null for a host that has not joined. */
export function vmMoves(hostOf: (hostId: string) => MovingHost | null): VmMoves {
  /** Moves that this process drives: what they leave is judged when they are over. */
  const driven = new Map<string, Promise<unknown>>();

  const hostsOf = ({ from, to }: Move) => {
    const [source, destination] = [hostOf(from.hostId), hostOf(to.hostId)];
    if (!source || !destination) throw hostUnreachable();
    return { source, destination };
  };

  const endsOf = async (move: Move, timeoutMs: number, signal?: AbortSignal): Promise<Ends> => {
    const { source, destination } = hostsOf(move);
    const ends = {
      source: callsWithin(source.link, timeoutMs, signal),
      destination: callsWithin(destination.link, timeoutMs, signal),
    };
    await source.owned.refuseForeign(move.vmId, ends.source);
    await destination.owned.refuseForeign(move.vmId, ends.destination);
    return ends;
  };

  const drive = async ({ vmId }: Move, moving: Promise<void>): Promise<void> => {
    const over = moving.catch(() => undefined).then(() => driven.delete(vmId));
    driven.set(vmId, over);
    await moving;
  };

  return translating<VmMoves>({
    async sharesPool(move) {
      const { source, destination } = await endsOf(move, CHANGE_MS);
      return sharesPool(
        { host: source, poolName: move.from.poolName },
        { host: destination, poolName: move.to.poolName },
      );
    },

    async settle(move) {
      await driven.get(move.vmId);
      const { source, destination } = hostsOf(move);
      // Each on its own: one host's word may do. What is foreign runs under no id of ours.
      return settleMove(
        move.vmId,
        callsWithin(source.link, SETTLE_MS),
        callsWithin(destination.link, SETTLE_MS),
      );
    },

    async live(move, arrival, options) {
      const { source, destination } = hostsOf(move);
      const ends = await endsOf(move, CHANGE_MS);
      const links = { source: source.link, destination: destination.link };
      await drive(move, moveLive(links, ends, { move, arrival }, options));
      destination.owned.add(move.vmId);
    },

    async offline(move, arrival, options) {
      const ends = await endsOf(move, COPY_MS, options.signal);
      const { source, destination } = hostsOf(move);
      const folders = { source: source.folders, destination: destination.folders };
      await drive(move, moveOffline(ends, folders, { move, arrival }, options));
      destination.owned.add(move.vmId);
    },

    async clearDestination(move, isDiskShared) {
      await driven.get(move.vmId);
      const ends = await endsOf(move, CHANGE_MS);
      await clear(ends.destination, move.vmId, isDiskShared ? null : move.to.poolName);
      const { source, destination } = hostsOf(move);
      await removeNvram(
        { host: ends.source, folders: source.folders },
        { host: ends.destination, folders: destination.folders },
        move.vmId,
      );
    },

    async clearSource(move, isDiskShared) {
      await driven.get(move.vmId);
      const { source } = await endsOf(move, CHANGE_MS);
      await clear(source, move.vmId, isDiskShared ? null : move.from.poolName);
    },
  });
}

/** Domain and disk, where nothing runs from them. null: the disk is not this host's alone. */
async function clear(host: Calls, vmId: string, poolName: string | null): Promise<void> {
  const now = await domainState(host, vmId);
  if (now && isActiveState(now.state))
    throw new UserError('wrong_state', { action: 'delete', state: 'running' });
  await undefine(host, vmId);
  if (poolName !== null) await deleteDisk(host, vmId, poolName);
}
