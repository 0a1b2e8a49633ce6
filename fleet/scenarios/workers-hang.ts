import type { Scenario } from '../scenario.ts';

export const workersHang: Scenario = {
  name: 'every ordinary worker of a host hangs on its guests: what is quick goes on',
  hosts: 2,
  vmsPerHost: 2,
  steps: [
    {
      do: 'inject',
      fault: { kind: 'hang', procedures: ['nodeGetCpuMap', 'domainSuspend', 'domainGetXmlDesc'] },
      on: 'first',
    },
    { do: 'health', health: 'degraded', reason: /^calls_unanswered$/, on: 'first' },
    { do: 'drift', change: 'power off', on: 'first' },
    { do: 'vms', state: 'stopped', cause: 'stopped_outside', on: 'first' },
    { do: 'create', name: 'more', perHost: 2, on: 'second' },
    { do: 'created', name: 'more', state: 'done' },
    { do: 'pages' },
    { do: 'lift', on: 'first' },
    { do: 'truth' },
  ],
};
