import type { Scenario } from '../scenario.ts';

export const halfFrozen: Scenario = {
  name: 'half of the hosts stand still, as after SIGSTOP: not even keepalive is answered',
  vmsPerHost: 2,
  steps: [
    { do: 'inject', fault: { kind: 'freeze' }, on: 'half' },
    { do: 'pages' },
    { do: 'create', name: 'more', perHost: 2, on: 'rest' },
    { do: 'created', name: 'more', state: 'done' },
    {
      do: 'health',
      health: 'unreachable',
      reason: /no longer answers|no reply|libvirt_no_answer/,
      on: 'half',
    },
    { do: 'vms', state: 'unknown', on: 'half' },
    { do: 'act', verb: 'vmPowerOff', on: 'half', state: 'refused', error: 'host_unreachable' },
    { do: 'create', name: 'late', perHost: 1, on: 'half' },
    { do: 'created', name: 'late', state: 'refused', error: 'no_capacity' },
    { do: 'asks in vain', on: 'half' },
    { do: 'pages' },
    { do: 'lift', on: 'half' },
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'all' },
  ],
};
