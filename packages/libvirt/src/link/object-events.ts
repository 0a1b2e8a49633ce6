/** Network and storage pool events with names instead of numbers. */
import { NetworkEvent, PoolEvent } from '../protocol/constants.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import type { NetworkRef, PoolRef } from '../protocol/objects.ts';

export interface NamedNetworkEvent {
  readonly network: NetworkRef;
  readonly event: keyof typeof NetworkEvent | 'unknown';
}

export interface NamedPoolEvent {
  readonly pool: PoolRef;
  readonly event: keyof typeof PoolEvent | 'refreshed' | 'unknown';
}

const NETWORK_EVENTS = Object.keys(NetworkEvent) as (keyof typeof NetworkEvent)[];
const POOL_EVENTS = Object.keys(PoolEvent) as (keyof typeof PoolEvent)[];

export function namedNetworkEvent({ name, payload }: LibvirtEvent): NamedNetworkEvent | undefined {
  if (name !== 'networkEventLifecycle') return undefined;
  return { network: payload.network, event: NETWORK_EVENTS[payload.event] ?? 'unknown' };
}

export function namedPoolEvent({ name, payload }: LibvirtEvent): NamedPoolEvent | undefined {
  if (name === 'storagePoolEventRefresh') return { pool: payload.pool, event: 'refreshed' };
  if (name !== 'storagePoolEventLifecycle') return undefined;
  return { pool: payload.pool, event: POOL_EVENTS[payload.event] ?? 'unknown' };
}
