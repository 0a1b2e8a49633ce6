/** remote_protocol.x: asking for events. No object means all of them; the subscription ends with the connection. */
import { int, optional } from '../xdr/codecs.ts';
import { domain, network, nodeDevice, pool, secret } from './objects.ts';
import { firm, nothing } from './rows.ts';

const subscribed = { callbackId: int };

export const eventProcedures = {
  connectDomainEventCallbackRegisterAny: firm(316, { eventId: int, domain: optional(domain) }, subscribed),
  connectDomainEventCallbackDeregisterAny: firm(317, subscribed, nothing),
  connectNetworkEventRegisterAny: firm(313, { eventId: int, network: optional(network) }, subscribed),
  connectNetworkEventDeregisterAny: firm(314, subscribed, nothing),
  connectStoragePoolEventRegisterAny: firm(368, { eventId: int, pool: optional(pool) }, subscribed),
  connectStoragePoolEventDeregisterAny: firm(369, subscribed, nothing),
  connectNodeDeviceEventRegisterAny: firm(374, { eventId: int, device: optional(nodeDevice) }, subscribed),
  connectNodeDeviceEventDeregisterAny: firm(375, subscribed, nothing),
  connectSecretEventRegisterAny: firm(380, { eventId: int, secret: optional(secret) }, subscribed),
  connectSecretEventDeregisterAny: firm(381, subscribed, nothing),
};
