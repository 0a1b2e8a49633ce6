import type { Scenario } from '../scenario.ts';

export const openHangs: Scenario = {
  name: 'a host takes connections and never opens them',
  hosts: 2,
  vmsPerHost: 2,
  steps: [
    { do: 'inject', fault: { kind: 'hang', procedures: ['connectOpen'] }, on: 'first' },
    // The connections that are open go on.
    { do: 'act', verb: 'vmSuspend', on: 'all' },
    { do: 'restart libvirtd', on: 'first' },
    { do: 'health', health: 'unreachable', on: 'first' },
    { do: 'pages' },
    { do: 'act', verb: 'vmResume', on: 'second' },
    { do: 'drift', change: 'power off', on: 'first' },
    { do: 'lift', on: 'first' },
    { do: 'truth' },
    { do: 'vms', state: 'stopped', on: 'first' },
  ],
};
