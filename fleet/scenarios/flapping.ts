import type { Scenario, Step } from '../scenario.ts';

const flap: readonly Step[] = [
  { do: 'inject', fault: { kind: 'cut' }, on: 'first' },
  { do: 'health', health: 'unreachable', on: 'first' },
  { do: 'lift', on: 'first' },
  { do: 'health', health: 'healthy', on: 'first' },
];

export const flapping: Scenario = {
  name: 'a host comes and goes',
  hosts: 2,
  vmsPerHost: 3,
  steps: [
    ...flap,
    ...flap,
    { do: 'inject', fault: { kind: 'cut' }, on: 'first' },
    { do: 'drift', change: 'power off', on: 'first' },
    { do: 'lift', on: 'first' },
    { do: 'restart libvirtd', on: 'first' },
    ...flap,
    { do: 'truth' },
    { do: 'vms', state: 'stopped', on: 'first' },
    { do: 'vms', state: 'running', on: 'second' },
    { do: 'act', verb: 'vmStart', on: 'first' },
    { do: 'truth' },
  ],
};
