/** What is asked about domains that LouCloud did not make, and about VMs that somebody changed or took away. */
import {
  type Difference,
  type DifferenceField,
  type ForeignDomainDetails,
  Name,
  type RequestFor,
  acceptableFields,
  revertibleFields,
} from '@loucloud/api';
import { Check } from 'typebox/value';
import type { Caller } from '../../platform/caller.ts';
import { UserError } from '../../platform/errors.ts';
import { adoptionStore, limitsOf } from './adoption-store.ts';
import { diskBytesOf } from './adoption-record.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmService, VmServiceDeps } from './vm-service.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

export type VmOutsideService = ReturnType<typeof vmOutsideService>;

export function vmOutsideService(deps: VmServiceDeps, vms: VmService) {
  const { database, engine, operations } = deps;

  return {
    async describe(hostId: string, domainId: string): Promise<ForeignDomainDetails> {
      const poolName = await recipeStore.poolOf(database.db, hostId);
      const portrait = await deps.host(hostId).foreignDomain(domainId, poolName);
      if (!portrait) throw new UserError('not_found', { kind: 'domain', id: domainId });
      const { networkId } = await adoptionStore.links(database.db, hostId, portrait);
      const { label, disks } = portrait;
      const isKnown = label !== null && (await recipeStore.userName(database.db, label.ownerId)) !== null;
      return {
        id: domainId,
        name: portrait.domainName,
        title: portrait.title,
        state: portrait.state,
        vcpus: portrait.vcpus,
        memoryMib: portrait.memoryMib,
        diskBytes: diskBytesOf(portrait).all,
        isTransient: portrait.isTransient,
        adoption: { limits: limitsOf(portrait, networkId === null, false), disks: [...disks] },
        ownerId: isKnown ? label.ownerId : null,
        ownerName: label?.ownerName ?? null,
      };
    },

    adopt: (
      { params: { hostId, domainId }, body }: RequestFor<'foreignDomainAdopt'>,
      caller: Caller,
    ): Promise<string> =>
      database.transact(async (tx) => {
        await recipeStore.poolOf(tx.sql, hostId);
        if ((await recipeStore.userName(tx.sql, body.ownerId)) === null)
          throw new UserError('not_found', { kind: 'user', id: body.ownerId });
        const existing = await vmStore.find(tx.sql, domainId);
        if (existing) throw new UserError('domain_already_managed', { name: existing.name });
        const { ownerId, name = null } = body;
        return engine.start(tx, operations.adopt, {
          input: { vmId: domainId, hostId, ownerId, name },
          actor: caller,
          ownerId,
          object: { kind: 'vm', id: domainId, name: name ?? domainId },
          hostId,
        });
      }),

    defineAgain: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'defineAgain', vmId, caller);
        return vms.begin(tx, operations.defineAgain, vm, { vmId, hostId: vm.hostId }, caller);
      }),

    forget: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'forget', vmId, caller);
        const isThere = vm.state !== 'missing' && vm.state !== 'unknown';
        return vms.begin(tx, operations.forget, vm, { vmId, hostId: vm.hostId, isThere }, caller);
      }),

    deleteWithFiles: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'purge', vmId, caller);
        return vms.begin(tx, operations.purge, vm, { vmId, hostId: vm.hostId, withFiles: true }, caller);
      }),

    /** The record follows; the quota has to hold what grew. Then the host is told the name that it goes by now. */
    accept: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'acceptDifferences', vmId, caller);
        const accepted = vm.differences.filter(({ field }) => acceptableFields.includes(field));
        if (accepted.length === 0) throw nothingOf(vm, 'acceptDifferences');
        const after = { ...vm, ...checked(vm, accepted) };
        const { defaultQuota } = await deps.settings.read(tx.sql);
        const limit = await recipeStore.limitOf(tx.sql, vm.ownerId, defaultQuota);
        if (after.name !== vm.name && (await vmStore.namesOf(tx.sql, vm.ownerId, [after.name])).length > 0)
          throw new UserError('name_taken', { name: after.name });
        await vmUsage.resize(tx, vm, after, limit);
        const { name, description, vcpus, memoryMib, diskBytes, poolDiskBytes } = after;
        await vmStore.change(tx, vmId, { name, description, vcpus, memoryMib, diskBytes, poolDiskBytes });
        await deps.events.record(tx, {
          type: 'vm.updated',
          actor: caller,
          object: { kind: 'vm', id: vmId, name },
          ownerId: vm.ownerId,
          details: { changed: accepted.map(({ field }) => field) },
        });
        return vms.relabel(tx, after, caller);
      }),

    revert: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const vm = await vms.requireVm(tx, 'revertDifferences', vmId, caller);
        const fields = vm.differences.map(({ field }) => field).filter((f) => revertibleFields.includes(f));
        if (fields.length === 0) throw nothingOf(vm, 'revertDifferences');
        const isResizing = fields.includes('vcpus') || fields.includes('memoryMib');
        if (isResizing) await vms.requireVm(tx, 'resize', vmId, caller);
        const { name, description, vcpus, memoryMib } = vm;
        const same = { name, description, vcpus, memoryMib };
        const input = { vmId, hostId: vm.hostId, before: same, after: same, isResizing };
        return vms.begin(tx, operations.update, vm, input, caller);
      }),
  };
}

const nothingOf = ({ name, state }: VmRecord, action: string) =>
  new UserError('wrong_state', { action, state, name });

/** What was found, as far as LouCloud can record it. */
function checked(vm: VmRecord, accepted: readonly Difference[]): Partial<VmRecord> {
  const found = new Map<DifferenceField, string | number>(accepted.map((d) => [d.field, d.found]));
  const name = found.get('name');
  if (name !== undefined && !Check(Name, name)) throw new UserError('invalid_request', { field: 'name' });
  const diskBytes = found.get('diskBytes');
  return {
    ...(Object.fromEntries(found) as Partial<VmRecord>), // each field is the record's of that name
    ...(typeof diskBytes === 'number' && {
      poolDiskBytes: vm.poolDiskBytes === 0 ? 0 : vm.poolDiskBytes + diskBytes - vm.diskBytes,
    }),
  };
}
