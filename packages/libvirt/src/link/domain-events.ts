/** Domain events with names instead of numbers, and without the several messages libvirt has for one thing. */
import { DomainEvent, DomainEventId } from '../protocol/constants.ts';
import type { LibvirtEvent } from '../protocol/events.ts';
import type { DomainRef } from '../protocol/objects.ts';
import { type TypedParam } from '../xdr/typed-params.ts';

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
  switch (name) {
    case 'domainEventCallbackLifecycle': {
      const event = LIFECYCLE[payload.event] ?? 'unknown';
      const detail = (event !== 'unknown' && DETAILS[event][payload.detail]) || 'unknown';
      return { type: 'lifecycle', domain: payload.domain, event, detail };
    }
    case 'domainEventCallbackReboot':
      return { type: 'reboot', domain: payload.domain };
    case 'domainEventCallbackWatchdog':
      return { type: 'watchdog', domain: payload.domain, action: payload.action };
    case 'domainEventCallbackIoErrorReason': {
      const { domain, path, deviceAlias: device, reason } = payload;
      return {
        type: 'ioError',
        domain,
        path,
        device,
        action: IO_ERROR_ACTIONS[payload.action] ?? 'unknown',
        reason,
      };
    }
    case 'domainEventCallbackAgentLifecycle': {
      const state = AGENT_STATES[payload.state] ?? 'unknown';
      return {
        type: 'agent',
        domain: payload.domain,
        state,
        reason: AGENT_REASONS[payload.reason] ?? 'unknown',
      };
    }
    case 'domainEventCallbackMetadataChange': {
      const metadata = METADATA_NAMES[payload.type] ?? 'unknown';
      return { type: 'metadataChange', domain: payload.domain, metadata, namespace: payload.namespace };
    }
    case 'domainEventCallbackJobCompleted':
      return { type: 'jobCompleted', domain: payload.domain, params: payload.params };
    case 'domainEventBlockJob2':
      return {
        type: 'blockJob',
        domain: payload.domain,
        disk: payload.disk,
        job: payload.type,
        status: payload.status,
      };
    case 'domainEventCallbackDeviceAdded':
      return { type: 'deviceAdded', domain: payload.domain, device: payload.deviceAlias };
    case 'domainEventCallbackDeviceRemoved':
      return { type: 'deviceRemoved', domain: payload.domain, device: payload.deviceAlias };
    case 'domainEventCallbackDeviceRemovalFailed':
      return { type: 'deviceRemovalFailed', domain: payload.domain, device: payload.deviceAlias };
    case 'domainEventCallbackBalloonChange':
      return { type: 'balloonChange', domain: payload.domain, memoryKib: payload.actual };
    default:
      return undefined;
  }
}
