/** What a class asks of its members' VMs. They are the members' own: each is reserved in its owner's quota. */
import { type Problem, type Quota, type QuotaResource, type Settings, isAlready } from '@loucloud/api';
import { type Actor, inNameOf } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import { type Candidate, rank } from './placement.ts';
import { type QuotaRoom, quotaRoomStore } from './quota-room-store.ts';
import { candidateStore } from './candidate-store.ts';
import { type Recipe, recipeStore } from './recipe-store.ts';
import type { Verb, VmService } from './vm-service.ts';
import { vmStore } from './vm-store.ts';

interface Deps {
  readonly vms: VmService;
  readonly settings: { read(sql?: Db | Tx['sql']): Promise<Settings> };
}

interface NewVm {
  readonly classId: string;
  readonly name: string;
  readonly templateId: string;
  readonly ownerId: string;
  readonly start: boolean;
}

const nothingUsed: Quota = { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 };

export function vmsOfClass({ vms, settings }: Deps) {
  return {
    /** For each owner (null: a user who is still to be made) why a VM would be refused; null: it fits. */
    async plan(
      sql: Db,
      wish: {
        readonly templateId: string;
        readonly start: boolean;
        readonly ownerIds: readonly (string | null)[];
      },
    ): Promise<(Problem | null)[]> {
      const recipe = await recipeStore.get(sql, wish.templateId, inNameOf(null));
      const { defaultQuota } = await settings.read(sql);
      const known = wish.ownerIds.flatMap((id) => id ?? []);
      const rooms = await quotaRoomStore.of(sql, known, defaultQuota);
      const places = placesFor(recipe, wish.start, await candidateStore.all(sql, recipe));
      return wish.ownerIds.map((id) => {
        const room = rooms.get(id ?? '') ?? { limit: defaultQuota, used: nothingUsed };
        return beyondQuota(recipe, wish.start, room) ?? places.take();
      });
    },

    /** In `tx`. Throws what is in the way. */
    async create(
      tx: Tx,
      { classId, ...wanted }: NewVm,
      actor: Actor,
    ): Promise<{ readonly vmId: string; readonly operationId: string }> {
      // A name is taken as it is, not as a pattern for several.
      const { items } = await vms.createIn(tx, wanted, inNameOf(actor), classId);
      const [made] = items;
      if (!made || items.length > 1) throw new UserError('invalid_request', { field: 'name' });
      return made;
    },

    /** In `tx`: begins an operation; null: the VM is as it would make it. Throws what is in the way. */
    async act(tx: Tx, verb: Verb, vmId: string, actor: Actor): Promise<string | null> {
      const vm = await vmStore.findLocked(tx, vmId);
      if (vm && vm.operationId === null && !vm.isDeleted && isAlready(verb, vm.state)) return null;
      return vms.actIn(tx, verb, vmId, inNameOf(actor));
    },

    /** Into the recycle bin; throws what is in the way. */
    remove: (vmId: string, actor: Actor): Promise<string> => vms.remove(vmId, inNameOf(actor)),

    /** Deleted VMs can be had back. */
    hasBin: async (): Promise<boolean> => (await settings.read()).recycleDays > 0,
  };
}

const needOf = (recipe: Recipe, isStarting: boolean): Quota => ({
  vms: 1,
  runningVms: isStarting ? 1 : 0,
  vcpus: recipe.vcpus,
  memoryMib: recipe.memoryMib,
  diskBytes: recipe.diskBytes,
});

function beyondQuota(recipe: Recipe, isStarting: boolean, { limit, used }: QuotaRoom): Problem | null {
  for (const [resource, asked] of Object.entries(needOf(recipe, isStarting)) as [QuotaResource, number][])
    if (asked > 0 && used[resource] + asked > limit[resource]) {
      const details = { resource, limit: limit[resource], used: used[resource], asked };
      return { code: 'quota_exceeded', details };
    }
  return null;
}

/** Places VMs one after the other, as they would be, on hosts that fill up; nothing is reserved. */
function placesFor(recipe: Recipe, isStarting: boolean, hosts: readonly Candidate[]) {
  let left = [...hosts];
  return {
    /** null: there is room. */
    take(): Problem | null {
      const { choices, refusals } = rank({ ...recipe, isStarting }, left);
      const best = choices[0]?.host;
      if (!best) {
        const isDiskAlone =
          refusals.length > 0 && refusals.every(({ reason }) => reason === 'too_little_disk');
        return { code: isDiskAlone ? 'pool_full' : 'no_capacity', details: {} };
      }
      left = left.map((host) => (host.id === best.id ? filledBy(host, recipe, isStarting) : host));
      return null;
    },
  };
}

const filledBy = (host: Candidate, recipe: Recipe, isStarting: boolean): Candidate => ({
  ...host,
  freeVcpus: host.freeVcpus - (isStarting ? recipe.vcpus : 0),
  freeMemoryMib: host.freeMemoryMib - (isStarting ? recipe.memoryMib : 0),
  freeDiskBytes: host.freeDiskBytes - recipe.diskBytes - host.copyBytes,
  hasImage: true,
  copyBytes: 0,
  vmCount: host.vmCount + 1,
});
