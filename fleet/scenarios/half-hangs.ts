import type { Scenario } from '../scenario.ts';

export const halfHangs: Scenario = {
  name: 'half of the hosts hang: calls get no answer, though keepalive does',
  vmsPerHost: 2,
  steps: [
    { do: 'pages' },
    { do: 'inject', fault: { kind: 'hang' }, on: 'half' },
    { do: 'health', health: 'degraded', reason: /^calls_unanswered$/, on: 'half' },
    { do: 'pages' },
    { do: 'asks in vain', on: 'half' },
    { do: 'create', name: 'more', perHost: 2, on: 'rest' },
    { do: 'created', name: 'more', state: 'done' },
    // Connected anew nothing answers either.
    { do: 'health', health: 'unreachable', on: 'half' },
    { do: 'vms', state: 'unknown', cause: 'host_unreachable', on: 'half' },
    { do: 'vms', state: 'running', on: 'rest' },
    { do: 'pages' },
    { do: 'lift', on: 'half' },
    { do: 'truth' },
    { do: 'vms', state: 'running', cause: 'host_returned', on: 'half' },
    {
      do: 'events',
      has: [
        { type: 'host.healthChanged', details: { health: 'degraded', reason: 'calls_unanswered' } },
        { type: 'host.healthChanged', details: { health: 'unreachable' } },
        { type: 'vm.stateChanged', details: { to: 'unknown', cause: 'host_unreachable' } },
        { type: 'host.healthChanged', details: { health: 'healthy' } },
        { type: 'vm.stateChanged', details: { from: 'unknown', to: 'running', cause: 'host_returned' } },
      ],
    },
  ],
};
