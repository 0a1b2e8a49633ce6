import type { Scenario } from '../scenario.ts';

export const undoneWhenBack: Scenario = {
  name: 'a create whose host is cut off before it is undone: it waits, says so, and is undone when the host is back',
  hosts: 3,
  vmsPerHost: 1,
  steps: [
    {
      do: 'inject',
      fault: { kind: 'refuse', procedures: ['domainCreateWithFlags'], number: 1, message: 'out of order' },
      on: 'first',
    },
    { do: 'inject', fault: { kind: 'hang', procedures: ['domainUndefineFlags'] }, on: 'first' },
    // More than a host's queue holds.
    { do: 'create', name: 'cut', perHost: 10, on: 'first' },
    { do: 'called', procedure: 'domainUndefineFlags', on: 'first' },
    { do: 'inject', fault: { kind: 'cut' }, on: 'first' },
    { do: 'health', health: 'unreachable', on: 'first' },
    { do: 'waits', name: 'cut' },
    { do: 'create', name: 'quick', perHost: 4, on: 'rest' },
    { do: 'created', name: 'quick', state: 'done' },
    { do: 'act', verb: 'vmShutdown', on: 'rest' },
    { do: 'pages' },
    { do: 'lift', on: 'first' },
    // Those that had not begun are made; the others are undone, to the last one.
    { do: 'truth' },
    { do: 'vms', state: 'running', on: 'first' },
  ],
};
