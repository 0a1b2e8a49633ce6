import type { HostTable } from '../database/schema.ts';

/** What VMs may reserve of a host's memory; reservation-store holds them to it. */
export const memoryCapacityMib = (
  row: Pick<HostTable, 'physical_memory_mib' | 'system_memory_mib' | 'memory_overcommit'>,
): number => Math.floor(Math.max(0, row.physical_memory_mib - row.system_memory_mib) * row.memory_overcommit);
