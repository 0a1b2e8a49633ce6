/** Where an image is looked for until somebody chooses: the first server that can answer. */
import type { Host, HostHealth } from '@loucloud/api';

const order = ['healthy', 'degraded', 'connecting', 'unreachable'] as const satisfies HostHealth[];

/** '': there is no server. */
export function preferredHostId(hosts: readonly Pick<Host, 'id' | 'health'>[]): string {
  const rank = ({ health }: Pick<Host, 'health'>) => order.indexOf(health);
  return hosts.toSorted((one, other) => rank(one) - rank(other))[0]?.id ?? '';
}
