/** What a create would take, and the first resource of the quota that has no room for it: as the server reckons. */
import { type Quota, type QuotaResource, type Template, expandVmNames } from '@loucloud/api';

export function demandOf(
  template: Pick<Template, 'vcpus' | 'memoryMib' | 'diskBytes'> | undefined,
  count: number,
  start: boolean,
): Quota {
  return {
    vms: count,
    runningVms: start ? count : 0,
    vcpus: count * (template?.vcpus ?? 0),
    memoryMib: count * (template?.memoryMib ?? 0),
    diskBytes: count * (template?.diskBytes ?? 0),
  };
}

export function firstOver(quota: Quota, usage: Quota, demand: Quota): QuotaResource | null {
  const resources = Object.keys(demand) as QuotaResource[];
  return (
    resources.find(
      (resource) => demand[resource] > 0 && usage[resource] + demand[resource] > quota[resource],
    ) ?? null
  );
}

/** null: the pattern stands for no names. An empty field is one machine that has no name yet. */
export const namesOf = (pattern: string): string[] | null => expandVmNames(pattern);
