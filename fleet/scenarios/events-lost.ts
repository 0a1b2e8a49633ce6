import type { Scenario } from '../scenario.ts';

export const eventsLost: Scenario = {
  name: 'events do not come: what they should have told is found',
  hosts: 2,
  vmsPerHost: 3,
  steps: [
    { do: 'inject', fault: { kind: 'lose events' }, on: 'first' },
    { do: 'drift', change: 'power off', on: 'all' },
    { do: 'vms', state: 'stopped', cause: 'stopped_outside', on: 'all' },
    { do: 'act', verb: 'vmStart', on: 'first' },
    { do: 'drift', change: 'undefine', on: 'first' },
    { do: 'vms', state: 'missing', cause: 'undefined_outside', on: 'first' },
    { do: 'health', health: 'healthy', on: 'all' },
    { do: 'lift', on: 'first' },
    { do: 'truth' },
  ],
};
