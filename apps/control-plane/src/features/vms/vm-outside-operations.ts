/** The work on VMs that LouCloud did not make, or whose domain somebody took away. */
import { Name } from '@loucloud/api';
import { Check } from 'typebox/value';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { DomainPortrait, DomainSpec, HostDriver } from '../../platform/hypervisor.ts';
import { type OperationType, type Outcome, operation } from '../../platform/operations/operation.ts';
import { adoptionStore } from './adoption-store.ts';
import { recipeStore } from './recipe-store.ts';
import type { VmInput } from './vm-operations.ts';
import type { VmDifferences } from './vm-differences.ts';
import type { VmStates } from './vm-states.ts';
import { type VmRecord, vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

export interface AdoptInput extends VmInput {
  readonly ownerId: string;
  /** null: the domain's title, else its name. */
  readonly name: string | null;
}

export interface ForgetInput extends VmInput {
  /** Its domain is there, and is to be foreign again. */
  readonly isThere: boolean;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly states: VmStates;
  readonly differences: VmDifferences;
  readonly host: (hostId: string) => HostDriver;
  readonly settings: Parameters<typeof adoptionStore.insertOnce>[2];
  readonly finish: NonNullable<OperationType<VmInput>['finish']>;
  /** Removes the row and gives back what it held. */
  readonly forget: (tx: Tx, vm: VmRecord) => Promise<void>;
  readonly require: (vmId: string) => Promise<VmRecord>;
  readonly specOf: (vm: VmRecord, diskPath: string) => Promise<DomainSpec>;
}

const MINUTE_MS = 60_000;

export function outsideOperations(deps: Deps) {
  const { database, events, states, differences, finish, require } = deps;

  async function portraitOf({ vmId, hostId }: VmInput): Promise<DomainPortrait> {
    const poolName = await recipeStore.poolOf(database.db, hostId);
    const portrait = await deps.host(hostId).portrait(vmId, poolName);
    if (!portrait) throw new UserError('vm_vanished', { id: vmId });
    return portrait;
  }

  const ownerOf = async (vm: VmRecord) => {
    const { ownerName, templateName } = await recipeStore.place(database.db, vm.id);
    return { name: vm.name, ownerId: vm.ownerId, ownerName, templateName };
  };

  const adopt = operation<AdoptInput>({
    type: 'vm.adopt',
    onRestart: 'resume',
    steps: [
      {
        name: 'record',
        timeoutMs: MINUTE_MS,
        async run(input, { operationId }) {
          const portrait = await portraitOf(input);
          if (portrait.isTransient)
            throw new UserError('domain_not_adoptable', { name: portrait.domainName });
          const name = input.name ?? nameOf(portrait);
          await database.transact((tx) =>
            adoptionStore.insertOnce(tx, { ...input, name, operationId, portrait }, deps.settings),
          );
        },
        undo: ({ vmId }, { operationId }) =>
          database.transact(async (tx) => {
            const vm = await vmStore.findLocked(tx, vmId);
            if (vm?.operationId === operationId) await vmUsage.forget(tx, vm);
          }),
      },
      {
        name: 'label',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId }) {
          await deps.host(hostId).label(vmId, await ownerOf(await require(vmId)));
        },
        async undo({ vmId, hostId }, { operationId }) {
          const vm = await vmStore.find(database.db, vmId);
          // One that LouCloud made carries the label from before, and is to be found by it.
          if (vm?.operationId === operationId && vm.adoption) await deps.host(hostId).unlabel(vmId);
        },
      },
      {
        name: 'refresh',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId }) {
          await states.refresh(hostId, vmId);
          await differences.look(hostId, vmId);
        },
      },
    ],
    async finish(tx, input, outcome, operationId) {
      const vm = await vmStore.findLocked(tx, input.vmId);
      if (vm?.operationId !== operationId) return;
      await finish(tx, input, outcome, operationId);
      const { ownerName } = await recipeStore.place(tx.sql, vm.id);
      const object = { kind: 'vm', id: vm.id, name: vm.name } as const;
      const details = { owner: ownerName };
      await events.record(tx, { type: 'vm.adopted', actor: null, object, ownerId: vm.ownerId, details });
    },
  });

  const defineAgain = operation<VmInput>({
    type: 'vm.defineAgain',
    onRestart: 'resume',
    steps: [
      {
        name: 'define',
        timeoutMs: 3 * MINUTE_MS,
        async run({ vmId, hostId }) {
          const vm = await require(vmId);
          const host = deps.host(hostId);
          const { poolName, definition } = await recipeStore.place(database.db, vmId);
          // Only the label was taken away: the domain is there, and is not defined over.
          if ((await host.portrait(vmId, poolName)) !== null) return host.label(vmId, await ownerOf(vm));
          const diskPath = await host.findDisk(vmId, poolName);
          if (diskPath === null && !vm.adoption) throw new UserError('disk_missing', { name: vm.name });
          if (definition === null) return host.define(await deps.specOf(vm, diskPath ?? ''));
          await host.defineFrom(vmId, definition);
          await host.label(vmId, await ownerOf(vm));
        },
      },
      {
        name: 'refresh',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId }) {
          await states.refresh(hostId, vmId);
          await differences.look(hostId, vmId);
        },
      },
    ],
    finish,
  });

  const forget = operation<ForgetInput>({
    type: 'vm.forget',
    onRestart: 'resume',
    steps: [
      {
        name: 'release',
        timeoutMs: MINUTE_MS,
        async run({ vmId, hostId, isThere }) {
          if (isThere) await deps.host(hostId).unlabel(vmId);
        },
        async undo({ vmId, hostId, isThere }) {
          if (isThere) await deps.host(hostId).label(vmId, await ownerOf(await require(vmId)));
        },
      },
    ],
    async finish(tx, input, outcome: Outcome, operationId) {
      if (outcome.state !== 'done') return finish(tx, input, outcome, operationId);
      const vm = await vmStore.findLocked(tx, input.vmId);
      if (!vm || !(await vmUsage.forget(tx, vm))) return;
      const object = { kind: 'vm', id: vm.id, name: vm.name } as const;
      await events.record(tx, { type: 'vm.forgotten', actor: null, object, ownerId: vm.ownerId });
    },
  });

  return { adopt, defineAgain, forget };
}

/** A title is anything that somebody wrote; the domain's own name always is one. */
function nameOf({ title, domainName, label }: DomainPortrait): string {
  const wanted = [label?.name ?? '', title, domainName].map((text) => text.trim());
  return wanted.find((text) => Check(Name, text)) ?? domainName.slice(0, 63);
}
