import type { Scenario } from '../scenario.ts';

export const otherState: Scenario = {
  name: 'hosts come back other than they were: powered off, or set up anew',
  vmsPerHost: 2,
  steps: [
    { do: 'inject', fault: { kind: 'cut' }, on: 'half' },
    { do: 'vms', state: 'unknown', on: 'half' },
    { do: 'drift', change: 'power off', on: 'first' },
    { do: 'reinstall', on: 'second' },
    { do: 'lift', on: 'half' },
    { do: 'vms', state: 'stopped', cause: 'host_returned', on: 'first' },
    { do: 'vms', state: 'missing', on: 'second' },
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'rest' },
    { do: 'act', verb: 'vmStart', on: 'first' },
    { do: 'act', verb: 'vmPurge', on: 'second' },
    { do: 'truth' },
  ],
};
