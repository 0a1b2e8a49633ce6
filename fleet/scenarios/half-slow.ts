import type { Scenario } from '../scenario.ts';

export const halfSlow: Scenario = {
  name: 'half of the hosts take 500 ms more for each call',
  vmsPerHost: 2,
  steps: [
    { do: 'inject', fault: { kind: 'slow', ms: 500 }, on: 'half' },
    { do: 'health', health: 'degraded', reason: /^answers_slowly$/, on: 'half' },
    { do: 'pages' },
    { do: 'create', name: 'there', perHost: 1, on: 'half' },
    { do: 'created', name: 'there', state: 'refused', error: 'no_capacity' },
    { do: 'create', name: 'more', perHost: 2, on: 'rest' },
    { do: 'created', name: 'more', state: 'done' },
    // What is there already can be worked with.
    { do: 'vms', state: 'running', on: 'half' },
    { do: 'act', verb: 'vmSuspend', on: 'half' },
    { do: 'vms', state: 'paused', cause: 'suspended', on: 'half' },
    { do: 'lift', on: 'half' },
    { do: 'truth' },
    {
      do: 'events',
      has: [
        { type: 'host.healthChanged', details: { health: 'degraded', reason: 'answers_slowly' } },
        { type: 'host.healthChanged', details: { health: 'healthy' } },
      ],
    },
  ],
};
