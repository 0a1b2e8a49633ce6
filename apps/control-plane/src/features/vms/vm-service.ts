/** What users ask of their VMs. Every request is judged, reserved and recorded in one transaction, and never waits for a host. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Quota,
  type ReplyFor,
  type RequestFor,
  type Settings,
  type StateCause,
  type VmAction,
  expandVmNames,
  isAlready,
  judgeAction,
} from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { newId } from '../../platform/ids.ts';
import type { OperationEngine } from '../../platform/operations/engine.ts';
import type { OperationType } from '../../platform/operations/operation.ts';
import { reservationStore } from '../../platform/reservations/reservation-store.ts';
import { placeReservation } from './place-reservation.ts';
import { type Recipe, recipeStore } from './recipe-store.ts';
import type { ImagesOnHosts } from './images-on-hosts.ts';
import { readOrder } from './order-store.ts';
import type { CreateInput, VmInput, VmOperations } from './vm-operations.ts';
import { vmLists } from './vm-lists.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

export interface VmServiceDeps {
  readonly database: Database;
  readonly engine: OperationEngine;
  readonly events: EventLog;
  readonly operations: VmOperations;
  readonly host: (hostId: string) => HostDriver;
  readonly images: ImagesOnHosts;
  readonly settings: {
    read(sql?: Db | Tx['sql']): Promise<Settings>;
    defaultQuotaOf(stored: string | null): Quota;
  };
}

type NewVms = RequestFor<'vmCreate'>['body'];
type Changes = RequestFor<'vmUpdate'>['body'];
export type Verb =
  | 'start'
  | 'shutdown'
  | 'powerOff'
  | 'reboot'
  | 'reset'
  | 'remake'
  | 'suspend'
  | 'resume'
  | 'save'
  | 'restore'
  | 'dumpCore';

type Holdable = Pick<VmRecord, 'id' | 'name' | 'ownerId' | 'hostId' | 'operationId'>;
export type VmService = ReturnType<typeof vmService>;

export function vmService(deps: VmServiceDeps) {
  const { database, engine, operations } = deps;
  const reservePlace = placeReservation(deps);

  /** The caller's VM, if the action may be done now. */
  async function judge(tx: Tx, action: VmAction, vmId: string, caller: Caller): Promise<VmRecord> {
    const vm = await vmStore.requireLocked(tx, vmId, caller);
    const verdict = judgeAction(action, vm, caller.isAdmin);
    if (verdict === 'ok') return vm;
    if (verdict === 'admin_only') throw new UserError('forbidden');
    if (verdict === 'operation_in_progress') {
      throw new UserError('operation_in_progress', { operation: vm.operationType ?? '', name: vm.name });
    }
    if (verdict === 'host_unreachable') throw new UserError('host_unreachable');
    if (verdict === 'host_disabled') throw new UserError('host_disabled');
    if (verdict === 'runs_elsewhere') throw new UserError('runs_elsewhere', { name: vm.name });
    if (verdict === 'vm_is_protected') throw new UserError('vm_protected', { name: vm.name });
    if (verdict === 'vm_is_deleted' || verdict === 'vm_is_not_deleted') {
      const state = vm.isDeleted ? 'deleted' : 'not_deleted';
      throw new UserError('wrong_state', { action, state, name: vm.name });
    }
    if (isAlready(action, vm.state)) return vm;
    throw new UserError('wrong_state', { action, state: vm.state, name: vm.name });
  }

  /** Starts the operation and gives it the VM, ending the one that it supersedes. */
  async function begin<I extends VmInput>(
    tx: Tx,
    type: OperationType<I>,
    vm: Holdable,
    input: I,
    caller: Caller,
  ): Promise<string> {
    const operationId = await engine.start(tx, type, {
      input,
      actor: caller,
      ownerId: vm.ownerId,
      object: { kind: 'vm', id: vm.id, name: vm.name },
      hostId: vm.hostId,
    });
    if (!(await vmStore.hold(tx, vm.id, operationId, vm.operationId))) {
      throw new UserError('operation_in_progress', { operation: '', name: vm.name });
    }
    if (vm.operationId !== null) await engine.supersede(tx, vm.operationId);
    return operationId;
  }

  /** One, or several: all are reserved, or none. `classId`: the class that they are made for. */
  async function create(
    tx: Tx,
    wanted: NewVms,
    caller: Caller,
    classId: string | null = null,
  ): Promise<ReplyFor<'vmCreate'>> {
    const names = expandVmNames(wanted.name);
    if (!names || names.some((name) => name.length > 63))
      throw new UserError('invalid_request', { field: 'name' });
    const ownerId = wanted.ownerId ?? caller.userId;
    if (ownerId !== caller.userId && !caller.isAdmin) throw new UserError('forbidden');
    const [name = '', ...moreNames] = names;
    const { templateId } = wanted;
    const count = names.length;
    const macAddress = randomMacAddress();
    const order = await readOrder(tx.sql, { templateId, ownerId, name, macAddress }, caller);
    const taken = order.isNameTaken ? [name] : await vmStore.namesOf(tx.sql, ownerId, moreNames);
    if (taken[0] !== undefined) throw new UserError('name_taken', { name: taken[0] });

    const recipe = order.recipe();
    const isStarting = wanted.start ?? true;
    await reservationStore.reserveUser(
      tx,
      ownerId,
      {
        vms: count,
        runningVms: isStarting ? count : 0,
        vcpus: count * recipe.vcpus,
        memoryMib: count * recipe.memoryMib,
        diskBytes: count * recipe.diskBytes,
      },
      order.limit(deps.settings.defaultQuotaOf(order.defaultQuota)),
    );
    const macAddresses = await newMacAddresses(tx, count, order.isAddressTaken ? [] : [macAddress]);
    const items: { vmId: string; name: string; operationId: string }[] = [];
    for (const [index, name] of names.entries()) {
      const macAddress = macAddresses[index] ?? '';
      const vm = { name, ownerId, description: wanted.description ?? '', macAddress, classId };
      items.push(await createOne(tx, recipe, vm, isStarting, caller));
    }
    return { items };
  }

  async function act(tx: Tx, verb: Verb, vmId: string, caller: Caller): Promise<string> {
    const vm = await judge(tx, verb, vmId, caller);
    if (verb === 'start' || verb === 'restore') {
      const { defaultQuota } = await deps.settings.read(tx.sql);
      await vmUsage.takeActive(tx, vm, await recipeStore.limitOf(tx.sql, vm.ownerId, defaultQuota));
    }
    const input = { vmId, hostId: vm.hostId };
    if (verb === 'remake')
      return begin(tx, operations.remake, vm, { ...input, wasActive: vm.isActive }, caller);
    return begin(tx, operations[verb], vm, input, caller);
  }

  return {
    /** For whoever opens a way into the VM: the caller's, and in a state that allows it. */
    requireVm: judge,
    /** As `requireVm`, for whoever only looks: nothing is locked, and whether the action may be done is the answer. */
    async lookAt(action: VmAction, vmId: string, caller: Caller) {
      const vm = await vmStore.find(database.db, vmId);
      if (!vm || (!caller.isAdmin && vm.ownerId !== caller.userId)) throw notFound('vm', vmId);
      return { hostId: vm.hostId, runId: vm.runId, verdict: judgeAction(action, vm, caller.isAdmin) };
    },
    /** Gives a VM that `requireVm` let through to an operation. */
    begin,

    list: vmLists(database),
    get: (vmId: string, caller: Caller) => vmStore.get(database.db, vmId, caller),

    /** One, or several: all are reserved, or none. */
    create: (wanted: NewVms, caller: Caller): Promise<ReplyFor<'vmCreate'>> =>
      database.transact((tx) => create(tx, wanted, caller)),
    /** As `create`, in the transaction of whoever does more in it. */
    createIn: create,

    act: (verb: Verb, vmId: string, caller: Caller): Promise<string> =>
      database.transact((tx) => act(tx, verb, vmId, caller)),
    /** As `act`, in the transaction of whoever does more in it. */
    actIn: act,

    update: (vmId: string, changes: Changes, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const isResizing = changes.vcpus !== undefined || changes.memoryMib !== undefined;
        const vm = await judge(tx, isResizing ? 'resize' : 'rename', vmId, caller);
        const before = {
          name: vm.name,
          description: vm.description,
          vcpus: vm.vcpus,
          memoryMib: vm.memoryMib,
        };
        const after = { ...before, ...changes };
        if (
          after.name !== before.name &&
          (await vmStore.namesOf(tx.sql, vm.ownerId, [after.name])).length > 0
        ) {
          throw new UserError('name_taken', { name: after.name });
        }
        const { defaultQuota } = await deps.settings.read(tx.sql);
        const growth = {
          vcpus: Math.max(0, after.vcpus - before.vcpus),
          memoryMib: Math.max(0, after.memoryMib - before.memoryMib),
        };
        await reservationStore.reserveUser(
          tx,
          vm.ownerId,
          growth,
          await recipeStore.limitOf(tx.sql, vm.ownerId, defaultQuota),
        );
        // Until the change is made the VM holds the larger of both, as the usage does.
        await vmStore.change(tx, vmId, {
          ...after,
          vcpus: Math.max(before.vcpus, after.vcpus),
          memoryMib: Math.max(before.memoryMib, after.memoryMib),
        });
        await deps.events.record(tx, {
          type: 'vm.updated',
          actor: caller,
          object: { kind: 'vm', id: vmId, name: after.name },
          ownerId: vm.ownerId,
          details: { changed: Object.keys(changes) },
        });
        const input = { vmId, hostId: vm.hostId, before, after, isResizing };
        return begin(tx, operations.update, vm, input, caller);
      }),

    /** Into the recycle bin, if it keeps anything. Deleting what is being deleted answers the same operation. */
    remove: (vmId: string, caller: Caller): Promise<string> =>
      database.transact(async (tx) => {
        const existing = await vmStore.requireLocked(tx, vmId, caller);
        const isGoing = existing.operationType === 'vm.delete' || existing.operationType === 'vm.purge';
        if (isGoing && existing.operationId !== null) return existing.operationId;
        const vm = await judge(tx, 'delete', vmId, caller);
        const { recycleDays: days } = await deps.settings.read(tx.sql);
        const input = { vmId, hostId: vm.hostId };
        if (days === 0) return begin(tx, operations.purge, vm, input, caller);
        return begin(tx, operations.remove, vm, { ...input, days }, caller);
      }),

    /** Tells the host what the database says of the VM: its name, its description, its owner. */
    relabel: (tx: Tx, vm: VmRecord, caller: Caller): Promise<string> => {
      const { id: vmId, hostId, name, description, vcpus, memoryMib } = vm;
      const same = { name, description, vcpus, memoryMib };
      const input = { vmId, hostId, before: same, after: same, isResizing: false };
      return begin(tx, operations.update, vm, input, caller);
    },

    async xml(vmId: string, caller: Caller): Promise<string> {
      const vm = await database.transact(async (tx) => {
        const found = await judge(tx, 'showXml', vmId, caller);
        const object = { kind: 'vm', id: vmId, name: found.name } as const;
        await deps.events.record(tx, { type: 'vm.xmlShown', actor: caller, object, ownerId: found.ownerId });
        return found;
      });
      return deps.host(vm.hostId).xml(vmId);
    },
  };
  async function createOne(
    tx: Tx,
    recipe: Recipe,
    {
      name,
      ownerId,
      description,
      macAddress,
      classId,
    }: Pick<VmRecord, 'name' | 'ownerId' | 'description'> & { macAddress: string; classId: string | null },
    isStarting: boolean,
    caller: Caller,
  ) {
    const { hostId, placement } = await reservePlace(tx, { recipe, isStarting, caller });
    const id = randomUUID();
    const operationId = newId();
    const now = Date.now();
    await vmStore.insertLast(tx, {
      id,
      name,
      description,
      owner_id: ownerId,
      template_id: recipe.templateId,
      template_name: recipe.templateName,
      class_id: classId,
      image_id: recipe.imageId,
      network_id: recipe.networkId,
      host_id: hostId,
      target_host_id: null,
      domain_name: domainNameOf(name, id),
      state: 'stopped',
      state_cause: 'created' satisfies StateCause,
      state_changed_at: now,
      operation_id: operationId,
      vcpus: recipe.vcpus,
      memory_mib: recipe.memoryMib,
      disk_bytes: recipe.diskBytes,
      pool_disk_bytes: recipe.diskBytes,
      firmware: recipe.firmware,
      mac_address: macAddress,
      ip_addresses: '[]',
      is_active: isStarting ? 1 : 0,
      run_id: isStarting ? randomUUID() : null,
      last_problem: null,
      differences: '[]',
      adoption: null,
      definition: null,
      created_at: now,
    });
    const object = { kind: 'vm', id, name } as const;
    await deps.events.record(tx, {
      type: 'vm.created',
      actor: caller,
      object,
      ownerId,
      details: { template: recipe.templateName },
    });
    const input: CreateInput = { vmId: id, hostId, start: isStarting };
    // Why this host.
    const result = { placement };
    const options = { id: operationId, input, actor: caller, ownerId, object, hostId, result };
    await engine.start(tx, operations.create, options);
    return { vmId: id, name, operationId };
  }
}

/** What virsh shows: readable, ASCII, and unique by the id's random part. */
function domainNameOf(name: string, id: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug === '' ? 'vm' : slug}-${id.slice(0, 8)}`;
}

/** In QEMU's own range. */
function randomMacAddress(): string {
  const tail = randomBytes(3).toString('hex');
  return `52:54:00:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
}

/** Nobody's yet: those that are known to be so, and as many more as it takes. */
async function newMacAddresses(tx: Tx, count: number, free: readonly string[]): Promise<string[]> {
  const addresses = new Set(free);
  while (addresses.size < count) {
    const wanted = Array.from({ length: count - addresses.size }, randomMacAddress);
    const taken = new Set(await vmStore.macAddressesAmong(tx.sql, wanted));
    for (const address of wanted) if (!taken.has(address)) addresses.add(address);
  }
  return [...addresses];
}
