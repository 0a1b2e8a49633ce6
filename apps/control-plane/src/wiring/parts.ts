/** All parts, in the order in which they need one another. */
import type { HostObserver } from '../platform/hypervisor.ts';
import { classesOf } from './classes.ts';
import { type Foundation, groundOf } from './ground.ts';
import { type Machines, machinesOf } from './machines.ts';
import { peopleOf } from './people.ts';
import { type Pool, poolOf } from './pool.ts';
import { type Screens, screensOf } from './screens.ts';
export type Parts = ReturnType<typeof partsOf>;

export function partsOf(foundation: Foundation) {
  const onLost: HostObserver['onLost'] = async (hostId, loss) => {
    pool.storage.onLost(hostId);
    await pool.hosts.onLost(hostId, loss);
    await machines.states.onLost(hostId);
    await machines.stale.onLost(hostId);
  };
  const ground = groundOf(foundation, () => pool.hosts);
  const pool = poolOf(ground, onLost);
  const machines = machinesOf(ground, pool);
  const screens = screensOf(ground, pool, machines);
  const people = peopleOf(ground, machines);
  const classes = classesOf(ground, pool, machines, screens);
  const { events, rights, engine, peers, settings, hypervisor } = ground;
  engine.register(...pool.work, ...machines.work, ...people.work, ...classes.work);
  hypervisor.observe({ ...observerOf(pool, machines, screens), onLost });
  return { events, rights, engine, peers, settings, ...pool, ...machines, ...screens, ...people, ...classes };
}

/** Who hears what the hosts tell. */
const observerOf = (
  { hosts, storage }: Pool,
  { states, stale, differences }: Machines,
  { statistics }: Screens,
): Omit<HostObserver, 'onLost'> => ({
  async onSnapshot(hostId, domains, facts) {
    await hosts.onFacts(hostId, facts);
    void storage.onFacts(hostId, facts.pool);
    await states.onSnapshot(hostId, domains);
    await stale.onSnapshot(hostId, domains);
    statistics.onSnapshot(
      hostId,
      domains.map(({ vmId }) => vmId),
    );
  },
  async onDomain(hostId, vmId, status) {
    await states.onDomain(hostId, vmId, status);
    await stale.onDomain(hostId, vmId, status);
  },
  onAddresses: (hostId, vmId, addresses) => states.onAddresses(hostId, vmId, addresses),
  onHardware: (hostId, hardware) => differences.onHardware(hostId, hardware),
  onHealth: (hostId, reason) => hosts.onHealth(hostId, reason),
});
