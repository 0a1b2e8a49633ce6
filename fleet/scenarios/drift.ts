import type { Scenario } from '../scenario.ts';

export const driftBehindOurBack: Scenario = {
  name: 'somebody works on the hosts themselves: pages show it, and nothing is put back',
  hosts: 2,
  vmsPerHost: 2,
  steps: [
    { do: 'drift', change: 'define a foreign domain', on: 'all' },
    { do: 'drift', change: 'suspend', on: 'second' },
    { do: 'vms', state: 'paused', cause: 'suspended_outside', on: 'second' },
    { do: 'drift', change: 'undefine', on: 'first' },
    { do: 'vms', state: 'missing', cause: 'undefined_outside', on: 'first' },
    { do: 'act', verb: 'vmStart', on: 'first', state: 'refused', error: 'wrong_state' },
    { do: 'truth' },
    { do: 'act', verb: 'vmPurge', on: 'first' },
    { do: 'create', name: 'again', perHost: 2, on: 'first' },
    { do: 'created', name: 'again', state: 'done' },
    { do: 'truth' },
    {
      do: 'events',
      has: [
        { type: 'vm.stateChanged', details: { to: 'paused', cause: 'suspended_outside' } },
        { type: 'vm.stateChanged', details: { to: 'missing', cause: 'undefined_outside' } },
        { type: 'vm.purged' },
      ],
    },
  ],
};
