import type { Hypervisor } from '../hypervisor.ts';
import type { Claims } from './claims.ts';

/** Every host can be asked, by every control plane; each is watched by the one that holds its claim. */
export function claimedHosts(hypervisor: Hypervisor, claims: Claims): Hypervisor {
  claims.onChange(async (hostId, fence) => {
    if (hostId === null) return;
    if (fence === null) await hypervisor.unwatch(hostId);
    else hypervisor.watch(hostId);
  });
  return {
    ...hypervisor,
    join(connection) {
      hypervisor.join(connection);
      if (claims.fenceOf(connection.hostId) !== null) hypervisor.watch(connection.hostId);
      else void claims.look();
    },
  };
}
