/** LouCloud begins over many hosts and VMs, a tenth of the hosts hung: how long until it knows all of the others. */
import type { Client } from '@loucloud/api';
import { waitFor } from '../e2e/world.ts';
import { type Bench, type Figure, type Size, figure } from './bench.ts';
import { ScaleWorld, WITHIN_MS } from './scale-world.ts';

export const restart: Bench = {
  name: 'restart',
  what: 'started on 200 hosts and 10,000 VMs, a tenth of the hosts hung → every other one healthy and read',
  target: { reconciled: { atMost: 10 } },
  async run(size) {
    await using world = await ScaleWorld.open({
      hosts: size.of(200, 20, 2),
      vms: size.of(10_000, 1000, 20),
    });
    return await measureRestart(world, size);
  },
};

/** While it was off a VM of each host was powered off: whatever it says of that afterwards it has from the host. */
export async function measureRestart(world: ScaleWorld, size: Size): Promise<Record<string, Figure>> {
  const { served, fleet, hosts } = world;
  const names = fleet.hosts.map(({ name }) => name);
  const hung = names.slice(0, Math.max(1, Math.floor(names.length / 10)));
  const rounds = size.of(3, 2, 1);
  const victims: { hostName: string; vmIds: string[] }[] = [];
  const call = await world.client();
  for (const hostName of names.slice(hung.length)) {
    const hostId = hosts.get(hostName)?.id ?? '';
    const { items } = await call('vmList', { query: { hostId, state: 'running', limit: rounds } });
    victims.push({ hostName, vmIds: items.map(({ id }) => id) });
  }
  for (const name of hung) await fleet.order({ line: `hang ${name}` });
  const answering: number[] = [];
  const reconciled: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await countStopped(await world.client());
    await served.end();
    const off = victims.flatMap(({ hostName, vmIds }) =>
      vmIds.slice(round, round + 1).map((vmId) => ({ hostName, vmId })),
    );
    await fleet.order({ powerOff: off });
    const startedAt = performance.now();
    await served.startAgain();
    answering.push((performance.now() - startedAt) / 1000);
    const anew = await world.client();
    const isKnown = async () => (await countStopped(anew)) === before + off.length;
    await waitFor('all hosts that answer are known', isKnown, WITHIN_MS);
    reconciled.push((performance.now() - startedAt) / 1000);
  }
  for (const name of hung) await fleet.order({ line: `lift ${name}` });
  return { answering: figure(answering, 's'), reconciled: figure(reconciled, 's') };
}

const countStopped = async (call: Client): Promise<number> =>
  (await call('vmList', { query: { state: 'stopped', limit: 1 } })).total;
