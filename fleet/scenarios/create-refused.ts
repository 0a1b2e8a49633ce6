import type { Scenario } from '../scenario.ts';

export const createRefused: Scenario = {
  name: 'a host refuses a step of each create: it is undone, and nothing stays',
  hosts: 2,
  vmsPerHost: 1,
  steps: [
    {
      do: 'inject',
      fault: { kind: 'refuse', procedures: ['domainCreateWithFlags'], number: 1, message: 'out of order' },
      on: 'first',
    },
    { do: 'create', name: 'one', perHost: 3, on: 'all' },
    { do: 'created', name: 'one', state: 'failed', error: 'libvirt_refused', on: 'first' },
    { do: 'created', name: 'one', state: 'done', on: 'second' },
    { do: 'truth' },
    { do: 'lift', on: 'first' },
    {
      do: 'inject',
      fault: {
        kind: 'refuse',
        procedures: ['storageVolCreateXml'],
        number: 38,
        message: 'cannot write: No space left on device',
      },
      on: 'first',
    },
    { do: 'create', name: 'two', perHost: 2, on: 'first' },
    { do: 'created', name: 'two', state: 'failed', error: 'pool_full' },
    { do: 'truth' },
    { do: 'lift', on: 'first' },
    { do: 'create', name: 'three', perHost: 2, on: 'first' },
    { do: 'created', name: 'three', state: 'done' },
    { do: 'truth' },
  ],
};
