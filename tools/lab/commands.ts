/** What the person at the lab's terminal may do to its servers. */
import type { Lab } from './lab.ts';
import type { LabHost } from './lab-host.ts';

interface Command {
  readonly says: string;
  readonly run: (host: LabHost, argument: string) => Promise<unknown>;
}

const commands: Readonly<Record<string, Command>> = {
  freeze: {
    says: 'libvirtd stands still; “freeze HOST all”: guests too',
    run: (host, what) => host.freeze(what === 'all' ? 'everything' : 'daemon'),
  },
  thaw: { says: 'and goes on', run: (host) => host.thaw() },
  cut: { says: 'a firewall drops all of its packets', run: (host) => host.cut() },
  heal: { says: 'and lets them through', run: (host) => host.heal() },
  delay: {
    says: '“delay HOST 500”: so many ms more for each answer; 0: none',
    run: (host, ms) => host.delay(Number(ms)),
  },
  'power-cut': { says: 'everything in it is gone', run: (host) => host.powerCut() },
  boot: { says: 'and it starts again', run: (host) => host.boot() },
};

export const commandHelp = (lab: Lab): string =>
  Object.entries(commands)
    .map(([name, { says }]) => `  ${name.padEnd(9)} ${lab.hosts[1]?.name ?? 'HOST'}   ${says}`)
    .join('\n');

/** Answers what there is to say. */
export async function obey(line: string, lab: Lab): Promise<string> {
  const [verb = '', name = '', argument = ''] = line.trim().split(/\s+/);
  if (verb === '') return '';
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (!command || !host) return commandHelp(lab);
  if (verb === 'delay' && !/^\d{1,6}$/.test(argument)) return commandHelp(lab);
  await command.run(host, argument);
  return `${name}: done`;
}
