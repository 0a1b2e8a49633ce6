/** Which host a new VM goes to: filter by what must hold, then weigh. Pure: the reservation has the last word. */
import type { ErrorDetails, Placement, PlacementRefusal, PlacementScore } from '@loucloud/api';
import type { NetworkSource } from '../../platform/hypervisor.ts';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly isInMaintenance: boolean;
  readonly health: string;
  readonly arch: string;
  readonly freeVcpus: number;
  readonly freeMemoryMib: number;
  readonly freeDiskBytes: number;
  readonly poolAvailableBytes: number;
  readonly networks: readonly NetworkSource[];
  /** The wish's image is there already, or on its way. */
  readonly hasImage: boolean;
  /** What a copy of it would take of the disk. */
  readonly copyBytes: number;
  readonly vmCount: number;
}

export interface Wish {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
  readonly network: NetworkSource;
  /** Its vCPUs and memory are reserved only when it is to start. */
  readonly isStarting: boolean;
}

export interface Choice {
  readonly host: Candidate;
  readonly score: PlacementScore;
}

export type Refusal = Placement['refusals'][number];

export interface Ranking {
  /** Best first. */
  readonly choices: readonly Choice[];
  /** Why each of the others was left out. */
  readonly refusals: readonly Refusal[];
}

/** Free memory counts most: who runs out of it, fails. A host without the image wins when it is much emptier. */
const WEIGHTS = { memory: 1, image: 0.5, spread: 0.5 };
/** What templates are made for. */
const ARCH = 'x86_64';
/** A pool this empty cannot even hold the metadata of another disk: its guests would stop soon. */
const POOL_RESERVE_BYTES = 256 * 1024 * 1024;

export function rank(wish: Wish, hosts: readonly Candidate[]): Ranking {
  const refusals: Refusal[] = [];
  const fitting: Candidate[] = [];
  for (const host of hosts) {
    const refusal = refuse(wish, host);
    if (refusal === null) fitting.push(host);
    else refusals.push({ name: host.name, details: {}, ...refusal });
  }
  const most = {
    freeMemoryMib: Math.max(1, ...fitting.map((host) => host.freeMemoryMib)),
    vmCount: Math.max(1, ...fitting.map((host) => host.vmCount)),
  };
  const choices = fitting.map((host) => ({ host, score: weigh(host, most) }));
  choices.sort((a, b) => b.score.total - a.score.total || (a.host.name < b.host.name ? -1 : 1));
  return { choices, refusals };
}

/** Of hundreds of hosts the first tell why it was this one; all of them would be most of the database. */
const KEPT_MAX = 10;

/** What is kept on the operation. */
export const placementOf = (chosen: Choice, { choices, refusals }: Ranking): Placement => ({
  chosen: chosen.host.name,
  candidateCount: choices.length,
  candidates: choices
    .slice(0, KEPT_MAX)
    .map(({ host: { name, freeMemoryMib, hasImage, vmCount }, score }) => ({
      name,
      score,
      freeMemoryMib,
      hasImage,
      vmCount,
    })),
  refusals: refusals.slice(0, KEPT_MAX),
});

function refuse(wish: Wish, host: Candidate): { reason: PlacementRefusal; details?: ErrorDetails } | null {
  if (!host.isEnabled) return { reason: 'disabled' };
  if (host.isInMaintenance) return { reason: 'maintenance' };
  if (host.health !== 'healthy') return { reason: 'not_healthy' };
  if (host.arch !== ARCH) return { reason: 'other_architecture', details: { arch: host.arch } };
  const { kind, source } = wish.network;
  if (!host.networks.some((network) => network.kind === kind && network.source === source))
    return { reason: 'network_missing', details: { network: source } };
  if (wish.isStarting && host.freeVcpus < wish.vcpus)
    return { reason: 'too_few_vcpus', details: { vcpus: wish.vcpus, freeVcpus: atLeast0(host.freeVcpus) } };
  if (wish.isStarting && host.freeMemoryMib < wish.memoryMib) {
    const freeMemoryMib = atLeast0(host.freeMemoryMib);
    return { reason: 'too_little_memory', details: { memoryMib: wish.memoryMib, freeMemoryMib } };
  }
  // What VMs may still fill, or what the disk below has left: the smaller one is in the way.
  const diskBytes = wish.diskBytes + host.copyBytes;
  if (host.freeDiskBytes < diskBytes || host.poolAvailableBytes < POOL_RESERVE_BYTES + host.copyBytes) {
    const freeDiskBytes = atLeast0(Math.min(host.freeDiskBytes, host.poolAvailableBytes));
    return { reason: 'too_little_disk', details: { diskBytes, freeDiskBytes } };
  }
  return null;
}

/** Against the best of those that fit. */
function weigh(host: Candidate, most: { freeMemoryMib: number; vmCount: number }): PlacementScore {
  const memory = round(WEIGHTS.memory * (atLeast0(host.freeMemoryMib) / most.freeMemoryMib));
  const image = host.hasImage ? WEIGHTS.image : 0;
  const spread = round(WEIGHTS.spread * (1 - host.vmCount / most.vmCount));
  return { memory, image, spread, total: round(memory + image + spread) };
}

const atLeast0 = (amount: number): number => Math.max(0, amount);
const round = (score: number): number => Math.round(score * 1000) / 1000;
