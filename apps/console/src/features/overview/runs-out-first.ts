/** Which of what all servers have together is nearest to its end, and on which server it is nearest. */
import type { Overview } from '@loucloud/api';

type Hosts = Overview['hosts'];
type Host = Hosts[number];

export interface RunsOut {
  readonly resource: 'vcpus' | 'memory' | 'disk';
  /** Taken, 0 to 1. */
  readonly share: number;
  /** vCPUs, or bytes. */
  readonly left: number;
  /** The server where the least is left; null: there is only one. */
  readonly host: string | null;
  readonly hostShare: number;
}

interface Amount {
  readonly taken: number;
  readonly all: number;
}

const MIB = 2 ** 20;
const amounts: Readonly<Record<RunsOut['resource'], (host: Host) => Amount>> = {
  vcpus: ({ vcpus }) => ({ taken: vcpus.reserved, all: vcpus.capacity }),
  memory: ({ memoryMib }) => ({ taken: memoryMib.reserved * MIB, all: memoryMib.capacity * MIB }),
  // Promised to VMs, or full already of whatever else lies there.
  disk: ({ disk }) => ({
    taken: Math.max(disk.reserved, disk.capacity - disk.available),
    all: disk.capacity,
  }),
};
const resources = Object.keys(amounts) as RunsOut['resource'][];

const shareOf = ({ taken, all }: Amount): number => (all > 0 ? taken / all : 0);

/** null: nothing is taken of anything. Servers that take no VMs have nothing to give. */
export function runsOutFirst(hosts: Hosts): RunsOut | null {
  const open = hosts.filter(({ isEnabled, isInMaintenance }) => isEnabled && !isInMaintenance);
  const found = resources.map((resource) => {
    const each = open.map((host) => ({ host, amount: amounts[resource](host) }));
    const whole = each.reduce<Amount>(
      (sum, { amount }) => ({ taken: sum.taken + amount.taken, all: sum.all + amount.all }),
      { taken: 0, all: 0 },
    );
    const [fullest] = each.toSorted((a, b) => shareOf(b.amount) - shareOf(a.amount));
    return {
      resource,
      share: shareOf(whole),
      left: Math.max(0, whole.all - whole.taken),
      host: fullest && each.length > 1 ? fullest.host.name : null,
      hostShare: fullest ? shareOf(fullest.amount) : 0,
    };
  });
  const [first] = found.toSorted((a, b) => b.share - a.share);
  return first && first.share > 0 ? first : null;
}
