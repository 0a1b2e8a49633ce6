import type { Scenario } from '../scenario.ts';

export const halfCutOff: Scenario = {
  name: 'half of the hosts are cut off',
  vmsPerHost: 2,
  steps: [
    { do: 'inject', fault: { kind: 'cut' }, on: 'half' },
    { do: 'health', health: 'unreachable', on: 'half' },
    { do: 'vms', state: 'unknown', cause: 'host_unreachable', on: 'half' },
    { do: 'create', name: 'more', perHost: 2, on: 'rest' },
    { do: 'created', name: 'more', state: 'done' },
    { do: 'act', verb: 'vmShutdown', on: 'half', state: 'refused', error: 'host_unreachable' },
    { do: 'asks in vain', on: 'half' },
    { do: 'pages' },
    { do: 'lift', on: 'half' },
    { do: 'truth' },
    { do: 'vms', state: 'running', cause: 'host_returned', on: 'half' },
    { do: 'act', verb: 'vmShutdown', on: 'half' },
    { do: 'vms', state: 'stopped', cause: 'shut_down', on: 'half' },
  ],
};
