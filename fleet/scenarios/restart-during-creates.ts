import type { Scenario } from '../scenario.ts';

export const restartDuringCreates: Scenario = {
  name: 'libvirtd is restarted again and again while VMs are made: they are made all the same',
  hosts: 2,
  vmsPerHost: 0,
  steps: [
    { do: 'inject', fault: { kind: 'slow', ms: 20 }, on: 'all' },
    { do: 'create', name: 'early', perHost: 6, on: 'all' },
    { do: 'restart libvirtd', on: 'all' },
    // Else they are healthy still, as they were before.
    { do: 'called', procedure: 'connectOpen', on: 'all' },
    { do: 'health', health: 'healthy', on: 'all' },
    { do: 'create', name: 'late', perHost: 6, on: 'first' },
    { do: 'restart libvirtd', on: 'first' },
    { do: 'created', name: 'early', state: 'done' },
    { do: 'created', name: 'late', state: 'done' },
    { do: 'lift', on: 'all' },
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'all' },
  ],
};
