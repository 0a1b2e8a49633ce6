/** Domain events with names instead of numbers, and without the several messages libvirt has for one thing. */
import { DomainEvent, DomainEventId } from '../protocol/constants.ts';
import type { EventName, LibvirtEvent, PayloadOf } from '../protocol/events.ts';
import type { DomainRef } from '../protocol/objects.ts';
import type { TypedParam } from '../xdr/typed-params.ts';

/** Later libvirts may send what this one has no name for. */
export type DomainLifecycle = keyof typeof DomainEvent | 'unknown';

export type NamedDomainEvent = { readonly domain: DomainRef } & (
  | { readonly type: 'lifecycle'; readonly event: DomainLifecycle; readonly detail: string }
  | { readonly type: 'reboot' }
  | { readonly type: 'watchdog'; readonly action: number }
  | {
      readonly type: 'ioError';
      readonly path: string;
      readonly device: string;
      readonly action: IoErrorAction;
      readonly reason: string;
    }
  | { readonly type: 'agent'; readonly state: AgentState; readonly reason: string }
  | { readonly type: 'metadataChange'; readonly metadata: MetadataName; readonly namespace: string | null }
  | { readonly type: 'jobCompleted'; readonly params: readonly TypedParam[] }
  | { readonly type: 'blockJob'; readonly disk: string; readonly job: number; readonly status: number }
  | { readonly type: 'deviceAdded' | 'deviceRemoved' | 'deviceRemovalFailed'; readonly device: string }
  | { readonly type: 'balloonChange'; readonly memoryKib: number }
);

export type IoErrorAction = 'none' | 'pause' | 'report' | 'unknown';
export type AgentState = 'connected' | 'disconnected' | 'unknown';
export type MetadataName = 'description' | 'title' | 'element' | 'unknown';

/** What a link subscribes to. */
export const DOMAIN_EVENT_IDS = [
  DomainEventId.lifecycle,
  DomainEventId.reboot,
  DomainEventId.watchdog,
  DomainEventId.ioErrorReason,
  DomainEventId.balloonChange,
  DomainEventId.deviceRemoved,
  DomainEventId.blockJob2,
  DomainEventId.agentLifecycle,
  DomainEventId.deviceAdded,
  DomainEventId.jobCompleted,
  DomainEventId.deviceRemovalFailed,
  DomainEventId.metadataChange,
] as const;

const LIFECYCLE = Object.keys(DomainEvent) as (keyof typeof DomainEvent)[];
/** virDomainEvent…DetailType, in libvirt's order. */
const DETAILS: Readonly<Record<keyof typeof DomainEvent, readonly string[]>> = {
  defined: ['added', 'updated', 'renamed', 'fromSnapshot'],
  undefined: ['removed', 'renamed'],
  started: ['booted', 'migrated', 'restored', 'fromSnapshot', 'wakeup'],
  suspended: [
    'paused',
    'migrated',
    'ioError',
    'watchdog',
    'restored',
    'fromSnapshot',
    'apiError',
    'postcopy',
    'postcopyFailed',
  ],
  resumed: ['unpaused', 'migrated', 'fromSnapshot', 'postcopy', 'postcopyFailed'],
  stopped: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'fromSnapshot'],
  shutdown: ['finished', 'guest', 'host'],
  pmSuspended: ['memory', 'disk'],
  crashed: ['panicked', 'crashLoaded'],
};
const IO_ERROR_ACTIONS = ['none', 'pause', 'report'] as const;
const AGENT_STATES = ['unknown', 'connected', 'disconnected'] as const;
const AGENT_REASONS = ['unknown', 'domainStarted', 'channel'] as const;
const METADATA_NAMES = ['description', 'title', 'element'] as const;

/** Nothing for an event that is not about a domain, or that a link does not ask for. */
export function namedDomainEvent({ name, payload }: LibvirtEvent): NamedDomainEvent | undefined {
  // The payload belongs to the name, which the union's parts no longer say when looked up together.
  const naming = NAMINGS[name] as ((payload: unknown) => NamedDomainEvent) | undefined;
  return naming?.(payload);
}

const NAMINGS: { readonly [N in EventName]?: (payload: PayloadOf<N>) => NamedDomainEvent } = {
  domainEventCallbackLifecycle: ({ domain, event: number, detail: detailNumber }) => {
    const event = LIFECYCLE[number] ?? 'unknown';
    const detail = event === 'unknown' ? undefined : DETAILS[event][detailNumber];
    return { type: 'lifecycle', domain, event, detail: detail ?? 'unknown' };
  },
  domainEventCallbackReboot: ({ domain }) => ({ type: 'reboot', domain }),
  domainEventCallbackWatchdog: ({ domain, action }) => ({ type: 'watchdog', domain, action }),
  domainEventCallbackIoErrorReason: ({ domain, path, deviceAlias, action, reason }) => ({
    type: 'ioError',
    domain,
    path,
    device: deviceAlias,
    action: IO_ERROR_ACTIONS[action] ?? 'unknown',
    reason,
  }),
  domainEventCallbackAgentLifecycle: ({ domain, state, reason }) => ({
    type: 'agent',
    domain,
    state: AGENT_STATES[state] ?? 'unknown',
    reason: AGENT_REASONS[reason] ?? 'unknown',
  }),
  domainEventCallbackMetadataChange: ({ domain, type, namespace }) => ({
    type: 'metadataChange',
    domain,
    metadata: METADATA_NAMES[type] ?? 'unknown',
    namespace,
  }),
  domainEventCallbackJobCompleted: ({ domain, params }) => ({ type: 'jobCompleted', domain, params }),
  domainEventBlockJob2: ({ domain, disk, type, status }) => ({
    type: 'blockJob',
    domain,
    disk,
    job: type,
    status,
  }),
  domainEventCallbackDeviceAdded: ({ domain, deviceAlias }) => ({
    type: 'deviceAdded',
    domain,
    device: deviceAlias,
  }),
  domainEventCallbackDeviceRemoved: ({ domain, deviceAlias }) => ({
    type: 'deviceRemoved',
    domain,
    device: deviceAlias,
  }),
  domainEventCallbackDeviceRemovalFailed: ({ domain, deviceAlias }) => ({
    type: 'deviceRemovalFailed',
    domain,
    device: deviceAlias,
  }),
  domainEventCallbackBalloonChange: ({ domain, actual }) => ({
    type: 'balloonChange',
    domain,
    memoryKib: actual,
  }),
};
