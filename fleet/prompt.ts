/** What is typed at the fleet's prompt, done to its hosts. */
import type { Fault } from './faults.ts';
import type { FleetHost } from './fleet-host.ts';

export const HELP = `  slow HOSTS [MS]   each call takes 500 ms more, or MS
  hang HOSTS        calls get no answer, keepalive does
  freeze HOSTS      nothing is answered, as after SIGSTOP
  cut HOSTS         connections end, and none is taken
  mute HOSTS        events are not told
  lift HOSTS        every fault ends
  restart HOSTS     libvirtd is restarted
  reinstall HOSTS   the host comes back with nothing on it
  use               memory and processor of LouCloud and libvirtd, over ten seconds
  quit
HOSTS: all, half, or a number or name: 7, host-07, 3-9`;

const faults: Readonly<Record<string, (word: string | undefined) => Fault>> = {
  slow: (ms = '500') => ({ kind: 'slow', ms: Number(ms) }),
  hang: () => ({ kind: 'hang' }),
  freeze: () => ({ kind: 'freeze' }),
  cut: () => ({ kind: 'cut' }),
  mute: () => ({ kind: 'lose events' }),
};

/** Answers what to say. */
export async function obey(line: string, hosts: readonly FleetHost[]): Promise<string> {
  const [verb = '', which = '', more] = line.trim().split(/\s+/);
  const chosen = choose(which, hosts);
  const fault = faults[verb];
  if (!fault && !['lift', 'restart', 'reinstall'].includes(verb)) return HELP;
  if (chosen.length === 0) return `no host is “${which}”`;
  for (const host of chosen) {
    if (fault) await host.inject(fault(more));
    else if (verb === 'lift') await host.lift();
    else if (verb === 'restart') host.drop();
    else await host.reinstall();
  }
  return `${verb}: ${chosen.length === 1 ? chosen[0]?.name : `${chosen.length} hosts`}`;
}

function choose(which: string, hosts: readonly FleetHost[]): readonly FleetHost[] {
  if (which === 'all') return hosts;
  if (which === 'half') return hosts.slice(0, Math.ceil(hosts.length / 2));
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(which) ?? [];
  if (from !== undefined) return hosts.slice(Number(from) - 1, Number(to));
  return hosts.filter(({ name }) => name === which);
}
