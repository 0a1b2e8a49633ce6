/** Every event message libvirt sends us. The name is libvirt's own in camelCase; `callbackId` is the subscription's. */
import {
  type Codec,
  type Fields,
  type StructOf,
  array,
  hyper,
  int,
  struct,
  uhyper,
  uint,
} from '../xdr/codecs.ts';
import { domain, network, nodeDevice, optionalString, params, pool, secret, string } from './objects.ts';
import { QEMU_PROGRAM, REMOTE_PROGRAM } from './rows.ts';

const callbackId = int;
const graphicsAddress = struct({ family: int, node: string, service: string });
const graphicsIdentity = struct({ type: string, name: string });

export const events = {
  networkEventLifecycle: message(315, { callbackId, network, event: int, detail: int }),
  domainEventCallbackLifecycle: message(318, { callbackId, domain, event: int, detail: int }),
  domainEventCallbackReboot: message(319, { callbackId, domain }),
  domainEventCallbackRtcChange: message(320, { callbackId, domain, offset: hyper }),
  domainEventCallbackWatchdog: message(321, { callbackId, domain, action: int }),
  domainEventCallbackIoError: message(322, {
    callbackId,
    domain,
    path: string,
    deviceAlias: string,
    action: int,
  }),
  domainEventCallbackGraphics: message(323, {
    callbackId,
    domain,
    phase: int,
    local: graphicsAddress,
    remote: graphicsAddress,
    authScheme: string,
    subject: array(graphicsIdentity, 20),
  }),
  domainEventCallbackIoErrorReason: message(324, {
    callbackId,
    domain,
    path: string,
    deviceAlias: string,
    action: int,
    reason: string,
  }),
  domainEventCallbackControlError: message(325, { callbackId, domain }),
  domainEventCallbackBlockJob: message(326, { callbackId, domain, path: string, type: int, status: int }),
  domainEventCallbackDiskChange: message(327, {
    callbackId,
    domain,
    oldPath: optionalString,
    newPath: optionalString,
    deviceAlias: string,
    reason: int,
  }),
  domainEventCallbackTrayChange: message(328, { callbackId, domain, deviceAlias: string, reason: int }),
  domainEventCallbackPmwakeup: message(329, { callbackId, reason: int, domain }),
  domainEventCallbackPmsuspend: message(330, { callbackId, reason: int, domain }),
  /** In KiB. */
  domainEventCallbackBalloonChange: message(331, { callbackId, domain, actual: uhyper }),
  domainEventCallbackPmsuspendDisk: message(332, { callbackId, reason: int, domain }),
  domainEventCallbackDeviceRemoved: message(333, { callbackId, domain, deviceAlias: string }),
  /** A block job, told by the disk's target ("vda") instead of its path. */
  domainEventBlockJob2: message(339, { callbackId, domain, disk: string, type: int, status: int }),
  domainEventCallbackTunable: message(346, { callbackId, domain, params }),
  domainEventCallbackAgentLifecycle: message(348, { callbackId, domain, state: int, reason: int }),
  domainEventCallbackDeviceAdded: message(354, { callbackId, domain, deviceAlias: string }),
  domainEventCallbackMigrationIteration: message(359, { callbackId, domain, iteration: int }),
  connectEventConnectionClosed: message(362, { reason: int }),
  domainEventCallbackJobCompleted: message(363, { callbackId, domain, params }),
  domainEventCallbackDeviceRemovalFailed: message(367, { callbackId, domain, deviceAlias: string }),
  storagePoolEventLifecycle: message(370, { callbackId, pool, event: int, detail: int }),
  storagePoolEventRefresh: message(373, { callbackId, pool }),
  nodeDeviceEventLifecycle: message(376, { callbackId, device: nodeDevice, event: int, detail: int }),
  nodeDeviceEventUpdate: message(377, { callbackId, device: nodeDevice }),
  domainEventCallbackMetadataChange: message(379, {
    callbackId,
    domain,
    type: int,
    namespace: optionalString,
  }),
  secretEventLifecycle: message(382, { callbackId, secret, event: int, detail: int }),
  secretEventValueChanged: message(383, { callbackId, secret }),
  domainEventBlockThreshold: message(385, {
    callbackId,
    domain,
    disk: string,
    path: optionalString,
    threshold: uhyper,
    excess: uhyper,
  }),
  qemuDomainMonitorEvent: message(
    6,
    { callbackId, domain, event: string, seconds: hyper, micros: uint, details: optionalString },
    QEMU_PROGRAM,
  ),
};

export type EventName = keyof typeof events;
export type PayloadOf<N extends EventName> = (typeof events)[N]['payload'] extends Codec<infer T> ? T : never;
/** One event, told apart by its name. */
export type LibvirtEvent = {
  [N in EventName]: { readonly name: N; readonly payload: PayloadOf<N> };
}[EventName];

interface EventRow<T> {
  readonly program: number;
  readonly number: number;
  readonly payload: Codec<T>;
}

function message<F extends Fields>(
  number: number,
  fields: F,
  program = REMOTE_PROGRAM,
): EventRow<StructOf<F>> {
  return { program, number, payload: struct(fields) };
}
