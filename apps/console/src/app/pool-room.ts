/** How many machines of a size the servers have room for now, as placement reckons: for forms, before they are refused. */
import type { Host } from '@loucloud/api';

export interface MachineSize {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
}

type Roomy = Pick<Host, 'isEnabled' | 'isInMaintenance' | 'health' | 'capacity' | 'reserved'>;

/** One that is off holds no vCPUs and no memory. */
export function roomFor(hosts: readonly Roomy[], size: MachineSize, areRunning: boolean): number {
  return hosts
    .filter(({ isEnabled, isInMaintenance, health }) => isEnabled && !isInMaintenance && health === 'healthy')
    .reduce((sum, host) => sum + roomOn(host, size, areRunning), 0);
}

function roomOn({ capacity, reserved }: Roomy, size: MachineSize, areRunning: boolean): number {
  const free = (['vcpus', 'memoryMib', 'diskBytes'] as const)
    .filter((amount) => areRunning || amount === 'diskBytes')
    .map((amount) => Math.floor((capacity[amount] - reserved[amount]) / Math.max(1, size[amount])));
  return Math.max(0, Math.min(...free));
}

/** Whether any server could ever hold one, were it empty. */
export const fitsAnywhere = (hosts: readonly Pick<Host, 'capacity'>[], size: MachineSize): boolean =>
  hosts.some(
    ({ capacity }) =>
      size.vcpus <= capacity.vcpus &&
      size.memoryMib <= capacity.memoryMib &&
      size.diskBytes <= capacity.diskBytes,
  );
