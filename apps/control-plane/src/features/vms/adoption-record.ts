/** What LouCloud keeps of a VM that it did not make: the API's Adoption, and what its definition is compared with. */
import type { Adoption } from '@loucloud/api';
import type { DomainHardware } from '../../platform/hypervisor.ts';

export interface AdoptionRecord extends Adoption {
  readonly macAddresses: readonly string[];
  readonly cdromPath: string | null;
}

/** What of a VM lies in its host's pool, and all that it has. */
export function diskBytesOf({ disks }: Pick<DomainHardware, 'disks'>): { all: number; inPool: number } {
  const sum = (of: typeof disks) => of.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  return { all: sum(disks), inPool: sum(disks.filter(({ isInPool }) => isInPool)) };
}
