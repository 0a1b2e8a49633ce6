/**
 * Where a VM is not as it is recorded, because somebody changed it outside LouCloud. It is shown, and nothing is done
 * about it: neither does the record follow by itself, since the quota holds it, nor is the host put right.
 */
import type { Difference } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainHardware, HostDriver } from '../../platform/hypervisor.ts';
import { Lanes } from '../../platform/operations/lanes.ts';
import { diskBytesOf } from './adoption-record.ts';
import { type Place, recipeStore } from './recipe-store.ts';
import { type VmChanges, type VmRecord, vmStore } from './vm-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly host: (hostId: string) => HostDriver;
}

export type VmDifferences = ReturnType<typeof vmDifferences>;

/** More than this a text column of MySQL does not hold. */
const DEFINITION_MAX = 60_000;

/** definition null: it is not recorded, so it need not be kept. There may be ten thousand of these. */
type Seen = Omit<DomainHardware, 'definition'> & { readonly definition: string | null };

export function vmDifferences({ database, events, host }: Deps) {
  /** As last told: what an operation has ended on is compared with it. */
  const seen = new Map<string, Seen>();
  const lanes = new Lanes(1);

  async function apply(tx: Tx, vm: VmRecord, hardware: Seen): Promise<void> {
    const place = await recipeStore.place(tx.sql, vm.id);
    const { definition } = place;
    seen.set(vm.id, definition === null ? { ...hardware, definition: null } : hardware);
    const differences = compare(vm, place, hardware);
    const isNews = JSON.stringify(differences) !== JSON.stringify(vm.differences);
    const isRenamed = hardware.domainName !== vm.domainName;
    const isRedefined =
      definition !== null && hardware.definition !== null && definition !== hardware.definition;
    const changes: VmChanges = {
      ...(isNews && { differences }),
      // libvirt's own name for it is libvirt's to say.
      ...(isRenamed && { domainName: hardware.domainName }),
      ...(isRedefined && { definition: keepable(hardware.definition) }),
    };
    if (Object.keys(changes).length > 0) await vmStore.change(tx, vm.id, changes);
    const about = {
      actor: null,
      object: { kind: 'vm', id: vm.id, name: vm.name },
      ownerId: vm.ownerId,
    } as const;
    if (isRenamed)
      await events.record(tx, { ...about, type: 'vm.updated', details: { changed: ['domainName'] } });
    if (!isNews) return;
    const fields = differences.map(({ field }) => field);
    if (fields.length > 0) await events.record(tx, { ...about, type: 'vm.differs', details: { fields } });
    else await events.record(tx, { ...about, type: 'vm.agrees' });
  }

  return {
    onHardware: (hostId: string, hardware: DomainHardware): Promise<void> =>
      lanes.run(hardware.vmId, () =>
        database.transact(async (tx) => {
          const vm = await vmStore.findLocked(tx, hardware.vmId);
          if (vm?.hostId !== hostId) return;
          seen.set(vm.id, hardware);
          // What an operation is about to change or has just changed says nothing yet.
          if (vm.operationId === null) await apply(tx, vm, hardware);
        }),
      ),

    /** Asks the host what the VM is now. */
    async look(hostId: string, vmId: string): Promise<void> {
      const poolName = await recipeStore.poolOf(database.db, hostId);
      const hardware = await host(hostId).portrait(vmId, poolName);
      if (hardware) seen.set(vmId, hardware);
    },

    /** At the end of an operation, in its transaction. */
    async settle(tx: Tx, vmId: string): Promise<void> {
      const vm = await vmStore.findLocked(tx, vmId);
      const hardware = seen.get(vmId);
      if (!vm) seen.delete(vmId);
      else if (hardware && vm.operationId === null) await apply(tx, vm, hardware);
    },
  };
}

export const keepable = (definition: string): string | null =>
  Buffer.byteLength(definition) <= DEFINITION_MAX ? definition : null;

/** Pure. What of a VM's definition is not as it is recorded. */
export function compare(
  vm: Pick<
    VmRecord,
    | 'id'
    | 'name'
    | 'description'
    | 'ownerId'
    | 'vcpus'
    | 'memoryMib'
    | 'diskBytes'
    | 'macAddress'
    | 'adoption'
  >,
  { isoPath, ownerName }: Pick<Place, 'isoPath' | 'ownerName'>,
  found: Omit<DomainHardware, 'definition'>,
): Difference[] {
  const { adoption } = vm;
  const { label } = found;
  const pairs: [Difference['field'], string | number, string | number][] = [
    // What LouCloud did not make keeps a title of its own.
    ['name', vm.name, adoption ? (label?.name ?? vm.name) : found.title],
    ['description', vm.description, found.description],
    ['vcpus', vm.vcpus, found.vcpus],
    ['memoryMib', vm.memoryMib, found.memoryMib],
    ['runningVcpus', vm.vcpus, found.runningVcpus ?? vm.vcpus],
    ['runningMemoryMib', vm.memoryMib, found.runningMemoryMib ?? vm.memoryMib],
    [
      'disks',
      listOf(adoption?.disks.map(({ target }) => target) ?? ['vda']),
      listOf(found.disks.map(({ target }) => target)),
    ],
    ['cdrom', (adoption ? adoption.cdromPath : isoPath) ?? '', found.cdromPath ?? ''],
    [
      'networkCards',
      listOf(adoption?.macAddresses ?? (vm.macAddress === null ? [] : [vm.macAddress])),
      listOf(found.macAddresses),
    ],
  ];
  const differences = pairs.map(([field, recorded, told]) => ({ field, recorded, found: told }));
  if (label && label.ownerId !== vm.ownerId)
    differences.push({
      field: 'owner',
      recorded: `${ownerName} (${vm.ownerId})`,
      found: `${label.ownerName} (${label.ownerId})`,
    });
  const recordedDisks = adoption?.disks ?? [{ target: 'vda', path: `${vm.id}.qcow2` }];
  for (const { target, path } of recordedDisks) {
    const now = found.disks.find((disk) => disk.target === target);
    // By its name: in which folder of the server its own disk lies is not in a VM's record.
    if (now && !`/${now.path}`.endsWith(`/${path}`.replace('//', '/')))
      differences.push({ field: 'disk', recorded: path, found: now.path });
  }
  for (const path of found.missingDisks) differences.push({ field: 'disk', recorded: path, found: '' });
  // A disk more, or one that is gone, is told as that; of some that could not be measured nothing is known.
  const isSameDisks = found.missingDisks.length === 0 && found.disks.length === (adoption?.disks.length ?? 1);
  if (isSameDisks && found.disks.every(({ sizeBytes }) => sizeBytes > 0))
    differences.push({ field: 'diskBytes', recorded: vm.diskBytes, found: diskBytesOf(found).all });
  return differences.filter(({ recorded, found: told }) => recorded !== told);
}

const listOf = (items: readonly string[]): string => items.toSorted().join(', ');
