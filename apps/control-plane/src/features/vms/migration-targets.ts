/** Which hosts a VM can move to: what placement asks of a host for a new VM, and what a VM that exists asks beyond that. */
import type { ErrorDetails, MigrationTarget, PlacementRefusal } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import { type Candidate, type Choice, type Ranking, type Refusal, rank } from './placement.ts';
import { candidateStore } from './candidate-store.ts';
import { type MigrationHost, type Parts, recipeStore } from './recipe-store.ts';
import type { VmRecord } from './vm-store.ts';

type Sql = Db | Tx['sql'];

export interface MigrationTargets extends Ranking {
  readonly hosts: ReadonlyMap<string, MigrationHost>;
  readonly parts: Parts;
}

export async function migrationTargets(sql: Sql, vm: VmRecord): Promise<MigrationTargets> {
  const parts = await recipeStore.parts(sql, vm.id);
  const hosts = new Map((await recipeStore.hosts(sql)).map((host) => [host.id, host]));
  const here = hosts.get(vm.hostId);
  if (!here) throw notFound('host', vm.hostId);
  const refusals: Refusal[] = [];
  const others: Candidate[] = [];
  for (const candidate of await candidateStore.all(sql, {
    ...parts,
    imageSizeBytes: parts.image.sizeBytes,
  })) {
    const refusal = refuse(here, hosts.get(candidate.id));
    if (refusal) refusals.push({ name: candidate.name, details: {}, ...refusal });
    else others.push(candidate);
  }
  const { vcpus, memoryMib, diskBytes, isActive } = vm;
  const wish = { vcpus, memoryMib, diskBytes, network: parts.network, isStarting: isActive };
  const ranking = rank(wish, others);
  return { choices: ranking.choices, refusals: [...refusals, ...ranking.refusals], hosts, parts };
}

/** Every host, best first, then those where it cannot go, with the reason. */
export function listOf({ choices, refusals, hosts }: MigrationTargets): MigrationTarget[] {
  const idOf = new Map([...hosts.values()].map(({ id, name }) => [name, id]));
  return [
    ...choices.map(({ host }) => ({
      hostId: host.id,
      name: host.name,
      freeVcpus: host.freeVcpus,
      freeMemoryMib: host.freeMemoryMib,
      hasImage: host.hasImage,
      refusal: null,
      details: {},
    })),
    ...refusals.map(({ name, reason, details }) => ({
      hostId: idOf.get(name) ?? '',
      name,
      freeVcpus: 0,
      freeMemoryMib: 0,
      hasImage: false,
      refusal: reason,
      details,
    })),
  ];
}

type RefusalCode = 'no_capacity' | 'cannot_move_there' | 'cannot_start_elsewhere';

/** That host and no other; refuses, with the reason, where it is none of the choices. */
export function only(all: MigrationTargets, hostId: string, code: RefusalCode): MigrationTargets {
  const host = all.hosts.get(hostId);
  if (!host) throw notFound('host', hostId);
  const choices: Choice[] = all.choices.filter((choice) => choice.host.id === hostId);
  const refusals = all.refusals.filter(({ name }) => name === host.name);
  if (choices.length === 0) throw refused(code, refusals);
  return { ...all, choices, refusals: [] };
}

export const refused = (code: RefusalCode, refusals: readonly Refusal[]): UserError =>
  new UserError(code, { refusals: refusals.map(({ name, reason }) => `${reason} ${name}`) });

/** A guest that runs knows the processor that it was started on, and an emulated one has another than a real one. */
function refuse(
  here: MigrationHost,
  there: MigrationHost | undefined,
): { reason: PlacementRefusal; details?: ErrorDetails } | null {
  if (!there || there.id === here.id) return { reason: 'is_here' };
  if (there.arch !== here.arch) return { reason: 'other_architecture', details: { arch: there.arch } };
  if (there.accelerator !== here.accelerator)
    return { reason: 'other_accelerator', details: { accelerator: there.accelerator } };
  return null;
}
