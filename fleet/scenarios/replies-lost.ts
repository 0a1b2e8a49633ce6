import type { Scenario } from '../scenario.ts';

export const repliesLost: Scenario = {
  name: 'a host does what it is asked to, and dies before it can say so',
  hosts: 2,
  vmsPerHost: 0,
  steps: [
    {
      do: 'inject',
      fault: { kind: 'hang', at: 'reply', procedures: ['storageVolCreateXml', 'domainCreateWithFlags'] },
      on: 'first',
    },
    { do: 'create', name: 'vm', perHost: 3, on: 'all' },
    { do: 'called', procedure: 'storageVolCreateXml', on: 'first' },
    { do: 'restart libvirtd', on: 'first' },
    { do: 'lift', on: 'first' },
    { do: 'created', name: 'vm', state: 'done' },
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'all' },
  ],
};
