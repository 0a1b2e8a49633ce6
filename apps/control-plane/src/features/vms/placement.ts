/** Which host a new VM goes to: filter by what must hold, then weigh. Pure: the reservation has the last word. */
import type { Firmware } from '@loucloud/api';
import type { NetworkSource } from '../../platform/hypervisor.ts';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly health: string;
  readonly freeVcpus: number;
  readonly freeMemoryMib: number;
  readonly freeDiskBytes: number;
  readonly poolAvailableBytes: number;
  readonly networks: readonly NetworkSource[];
}

export interface Wish {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
  readonly firmware: Firmware;
  readonly imageHostId: string;
  readonly network: NetworkSource;
  /** Its vCPUs and memory are reserved only when it is to start. */
  readonly isStarting: boolean;
}

export type Refusal =
  | 'disabled'
  | 'not_healthy'
  | 'image_elsewhere'
  | 'network_missing'
  | 'too_few_vcpus'
  | 'too_little_memory'
  | 'too_little_disk';

export interface Placement {
  /** Best first. */
  readonly choices: readonly Candidate[];
  /** Why each of the others was left out, by host name. */
  readonly refusals: Readonly<Record<string, Refusal>>;
}

/** A pool this empty cannot even hold the metadata of another disk: its guests would stop soon. */
const POOL_RESERVE_BYTES = 256 * 1024 * 1024;

export function place(wish: Wish, hosts: readonly Candidate[]): Placement {
  const refusals: Record<string, Refusal> = {};
  const choices: Candidate[] = [];
  for (const host of hosts) {
    const refusal = refuse(wish, host);
    if (refusal === null) choices.push(host);
    else refusals[host.name] = refusal;
  }
  return { choices: choices.sort((a, b) => b.freeMemoryMib - a.freeMemoryMib), refusals };
}

function refuse(wish: Wish, host: Candidate): Refusal | null {
  if (!host.isEnabled) return 'disabled';
  if (host.health !== 'healthy') return 'not_healthy';
  if (host.id !== wish.imageHostId) return 'image_elsewhere';
  if (!host.networks.some((n) => n.kind === wish.network.kind && n.source === wish.network.source)) {
    return 'network_missing';
  }
  if (wish.isStarting && host.freeVcpus < wish.vcpus) return 'too_few_vcpus';
  if (wish.isStarting && host.freeMemoryMib < wish.memoryMib) return 'too_little_memory';
  if (host.freeDiskBytes < wish.diskBytes || host.poolAvailableBytes < POOL_RESERVE_BYTES)
    return 'too_little_disk';
  return null;
}
