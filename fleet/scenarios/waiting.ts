import type { Scenario } from '../scenario.ts';

export const waiting: Scenario = {
  name: 'what waits for a host says so, and keeps nothing else from going on',
  hosts: 3,
  vmsPerHost: 1,
  steps: [
    { do: 'inject', fault: { kind: 'hang' }, on: 'first' },
    // More than a host's queue holds.
    { do: 'create', name: 'stuck', perHost: 12, on: 'first' },
    { do: 'create', name: 'quick', perHost: 6, on: 'rest' },
    { do: 'created', name: 'quick', state: 'done' },
    { do: 'waits', name: 'stuck' },
    { do: 'pages' },
    { do: 'act', verb: 'vmShutdown', on: 'rest' },
    { do: 'lift', on: 'first' },
    { do: 'created', name: 'stuck', state: 'done' },
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'first' },
  ],
};
