/**
 * A VM as its template's image made it: the same id, name, card and owner over a disk that is made anew. What was on the
 * old disk is lost once `disk` has begun, so everything that could refuse is asked before; undoing cannot bring it back,
 * and leaves a VM that works.
 */
import type { Database } from '../../platform/database/database.ts';
import type { DomainSpec, HostDriver } from '../../platform/hypervisor.ts';
import { type OperationType, operation } from '../../platform/operations/operation.ts';
import { type Parts, recipeStore } from './recipe-store.ts';
import type { VmDifferences } from './vm-differences.ts';
import type { VmInput } from './vm-operations.ts';
import type { VmStates } from './vm-states.ts';
import type { VmRecord } from './vm-store.ts';

export interface RemakeInput extends VmInput {
  /** It ran, and is to run again. */
  readonly wasActive: boolean;
}

interface Deps {
  readonly database: Database;
  readonly states: VmStates;
  readonly differences: VmDifferences;
  readonly host: (hostId: string) => HostDriver;
  readonly finish: NonNullable<OperationType<VmInput>['finish']>;
  readonly require: (vmId: string) => Promise<VmRecord>;
  readonly recheckImage: (hostId: string, parts: Parts) => Promise<void>;
  /** Safe to repeat: a disk that is there stays. */
  readonly makeDisk: (vm: VmRecord, parts: Parts) => Promise<string>;
  readonly specOf: (vm: VmRecord, diskPath: string) => Promise<DomainSpec>;
}

const MINUTE_MS = 60_000;

export function vmRemake({ database, states, differences, host, finish, require, ...deps }: Deps) {
  const partsOf = (vmId: string): Promise<Parts> => recipeStore.parts(database.db, vmId);

  const disk = async (vmId: string): Promise<string> =>
    deps.makeDisk(await require(vmId), await partsOf(vmId));

  const define = async ({ vmId, hostId }: VmInput): Promise<void> =>
    host(hostId).define(await deps.specOf(await require(vmId), await disk(vmId)));

  async function start({ vmId, hostId, wasActive }: RemakeInput): Promise<void> {
    if (wasActive) await host(hostId).start(vmId);
    await states.refresh(hostId, vmId);
  }

  return operation<RemakeInput>({
    type: 'vm.remake',
    onRestart: 'resume',
    steps: [
      {
        name: 'image',
        timeoutMs: 2 * MINUTE_MS,
        run: async ({ vmId, hostId }) => deps.recheckImage(hostId, await partsOf(vmId)),
      },
      {
        name: 'powerOff',
        timeoutMs: 2 * MINUTE_MS,
        async run({ vmId, hostId }) {
          await host(hostId).powerOff(vmId);
          await states.refresh(hostId, vmId);
        },
        undo: start,
      },
      {
        name: 'disk',
        timeoutMs: 2 * MINUTE_MS,
        async run({ vmId, hostId }) {
          await host(hostId).deleteDisk(vmId, (await partsOf(vmId)).poolName);
          await disk(vmId);
        },
        undo: async ({ vmId }) => void (await disk(vmId)),
      },
      {
        // The firmware's memory and what was saved of the guest's belong to the old disk.
        name: 'define',
        timeoutMs: MINUTE_MS,
        async run(input) {
          await host(input.hostId).undefine(input.vmId);
          await define(input);
        },
        undo: define,
      },
      {
        name: 'start',
        timeoutMs: 3 * MINUTE_MS,
        async run(input) {
          await start(input);
          await differences.look(input.hostId, input.vmId);
        },
      },
    ],
    finish,
  });
}
