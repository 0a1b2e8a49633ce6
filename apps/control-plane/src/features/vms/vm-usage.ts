/** A VM's share of its owner's quota and of its host: taken, kept and given back here, always through reservation-store. */
import type { Quota } from '@loucloud/api';
import type { Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { type HostAmounts, reservationStore } from '../../platform/reservations/reservation-store.ts';
import { type VmRecord, vmStore } from './vm-store.ts';

type Shares = Pick<
  VmRecord,
  'id' | 'ownerId' | 'hostId' | 'vcpus' | 'memoryMib' | 'diskBytes' | 'poolDiskBytes' | 'isDeleted'
>;

/** What a VM holds of its owner's quota, but for being active: in the recycle bin its disk alone. */
const heldBy = ({ isDeleted, vcpus, memoryMib, diskBytes }: Shares) =>
  isDeleted ? { vms: 0, vcpus: 0, memoryMib: 0, diskBytes } : { vms: 1, vcpus, memoryMib, diskBytes };

export const vmUsage = {
  /** Before a start: refuses what the quota or the host cannot hold. */
  async takeActive(tx: Tx, vm: Shares, limit: Quota): Promise<void> {
    if (!(await vmStore.markActive(tx, vm.id, newId()))) return;
    await reservationStore.reserveUser(tx, vm.ownerId, { runningVms: 1 }, limit);
    const fits = await reservationStore.reserveHost(tx, vm.hostId, {
      vcpus: vm.vcpus,
      memoryMib: vm.memoryMib,
    });
    if (!fits) throw new UserError('no_capacity', { vcpus: vm.vcpus, memoryMib: vm.memoryMib });
  },

  /** It runs, whoever started it. */
  async recordActive(tx: Tx, vm: Shares): Promise<void> {
    if (!(await vmStore.markActive(tx, vm.id, newId()))) return;
    await reservationStore.recordUser(tx, vm.ownerId, { runningVms: 1 });
    await reservationStore.recordHost(tx, vm.hostId, { vcpus: vm.vcpus, memoryMib: vm.memoryMib });
  },

  async recordInactive(tx: Tx, vm: Shares): Promise<void> {
    if (!(await vmStore.markInactive(tx, vm.id))) return;
    await reservationStore.recordUser(tx, vm.ownerId, { runningVms: -1 });
    await reservationStore.recordHost(tx, vm.hostId, { vcpus: -vm.vcpus, memoryMib: -vm.memoryMib });
  },

  /** What it holds of its host now. */
  shareOf: ({ isActive, vcpus, memoryMib, poolDiskBytes }: VmRecord): HostAmounts => ({
    diskBytes: poolDiskBytes,
    vcpus: isActive ? vcpus : 0,
    memoryMib: isActive ? memoryMib : 0,
  }),

  negative: ({ vcpus, memoryMib, diskBytes }: HostAmounts): HostAmounts => ({
    vcpus: -vcpus,
    memoryMib: -memoryMib,
    diskBytes: -diskBytes,
  }),

  /** Of the two shares that a moving VM holds one is given back: on the host that it has left, or never came to. */
  async endMove(tx: Tx, vm: VmRecord, { hasArrived }: { hasArrived: boolean }): Promise<void> {
    if (vm.targetHostId === null) return;
    const left = hasArrived ? vm.hostId : vm.targetHostId;
    await vmStore.endMove(tx, vm.id, hasArrived ? vm.targetHostId : vm.hostId);
    await reservationStore.recordHost(tx, left, vmUsage.negative(vmUsage.shareOf(vm)));
  },

  /** Back to the host that it had left: from now on it holds both shares again, as on its way. */
  async returnMove(tx: Tx, vm: VmRecord, hostId: string): Promise<void> {
    await vmStore.endMove(tx, vm.id, hostId);
    await vmStore.setTarget(tx, vm.id, vm.hostId);
    await reservationStore.recordHost(tx, hostId, vmUsage.shareOf(vm));
  },

  /** Forgets the VM and gives back all that it held. */
  async forget(tx: Tx, vm: Shares): Promise<boolean> {
    await vmUsage.recordInactive(tx, vm);
    if (!(await vmStore.remove(tx, vm.id))) return false;
    const { vms, vcpus, memoryMib, diskBytes } = heldBy(vm);
    await reservationStore.recordUser(tx, vm.ownerId, {
      vms: -vms,
      vcpus: -vcpus,
      memoryMib: -memoryMib,
      diskBytes: -diskBytes,
    });
    await reservationStore.recordHost(tx, vm.hostId, { diskBytes: -vm.poolDiskBytes });
    return true;
  },

  /** Into the recycle bin: its disk stays, there and in what its owner uses. */
  async intoBin(tx: Tx, { ownerId, vcpus, memoryMib }: Shares): Promise<void> {
    await reservationStore.recordUser(tx, ownerId, { vms: -1, vcpus: -vcpus, memoryMib: -memoryMib });
  },

  /** Out of it: refuses what the quota cannot hold again. */
  async outOfBin(tx: Tx, { ownerId, vcpus, memoryMib }: Shares, limit: Quota): Promise<void> {
    await reservationStore.reserveUser(tx, ownerId, { vms: 1, vcpus, memoryMib }, limit);
  },

  /**
   * Before an adoption: refuses what the quota cannot hold; no limit: it is the owner's already. What is on the host is
   * there, whoever owns it.
   */
  async adopt(tx: Tx, vm: Shares & Pick<VmRecord, 'isActive'>, limit: Quota | null): Promise<void> {
    const { vcpus, memoryMib, diskBytes, poolDiskBytes, isActive } = vm;
    const runningVms = isActive ? 1 : 0;
    const share = { vms: 1, runningVms, vcpus, memoryMib, diskBytes };
    if (limit) await reservationStore.reserveUser(tx, vm.ownerId, share, limit);
    else await reservationStore.recordUser(tx, vm.ownerId, share);
    await reservationStore.recordHost(tx, vm.hostId, {
      vcpus: isActive ? vcpus : 0,
      memoryMib: isActive ? memoryMib : 0,
      diskBytes: poolDiskBytes,
    });
  },

  /** The VM has been given another size outside: what grew has to fit the quota; the host has it already. */
  async resize(
    tx: Tx,
    vm: VmRecord,
    after: Pick<Shares, 'vcpus' | 'memoryMib' | 'diskBytes' | 'poolDiskBytes'>,
    limit: Quota,
  ): Promise<void> {
    const vcpus = after.vcpus - vm.vcpus;
    const memoryMib = after.memoryMib - vm.memoryMib;
    const diskBytes = after.diskBytes - vm.diskBytes;
    await reservationStore.reserveUser(tx, vm.ownerId, { vcpus, memoryMib, diskBytes }, limit);
    await reservationStore.recordHost(tx, vm.hostId, {
      vcpus: vm.isActive ? vcpus : 0,
      memoryMib: vm.isActive ? memoryMib : 0,
      diskBytes: after.poolDiskBytes - vm.poolDiskBytes,
    });
  },

  /** Moves what the VM holds from its owner to another user, whose quota must have room. */
  async transfer(tx: Tx, vm: VmRecord, toUserId: string, limit: Quota): Promise<void> {
    const share = { ...heldBy(vm), runningVms: vm.isActive ? 1 : 0 };
    await reservationStore.reserveUser(tx, toUserId, share, limit);
    await reservationStore.recordUser(tx, vm.ownerId, {
      vms: -share.vms,
      runningVms: -share.runningVms,
      vcpus: -share.vcpus,
      memoryMib: -share.memoryMib,
      diskBytes: -share.diskBytes,
    });
  },
};
