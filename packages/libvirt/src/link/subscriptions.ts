/** Asks one connection for every event a link tells of. What a driver does not have, it simply never sends. */
import { isRefusal } from '../errors.ts';
import { NetworkEventId, PoolEventId } from '../protocol/constants.ts';
import { ErrorNumber } from '../protocol/error-numbers.ts';
import type { Connection } from '../session/connection.ts';
import { DOMAIN_EVENT_IDS } from './domain-events.ts';

const ABSENT: readonly number[] = [
  ErrorNumber.noSupport,
  ErrorNumber.operationUnsupported,
  ErrorNumber.argumentUnsupported,
  ErrorNumber.invalidArgument,
  // "unknown procedure", of a libvirt older than the event.
  ErrorNumber.rpc,
];

export async function subscribe(connection: Connection): Promise<void> {
  await Promise.all([
    ...DOMAIN_EVENT_IDS.map((eventId) =>
      connection.call('connectDomainEventCallbackRegisterAny', { eventId, domain: null }).catch(ignoreAbsent),
    ),
    connection
      .call('connectNetworkEventRegisterAny', { eventId: NetworkEventId.lifecycle, network: null })
      .catch(ignoreAbsent),
    ...Object.values(PoolEventId).map((eventId) =>
      connection.call('connectStoragePoolEventRegisterAny', { eventId, pool: null }).catch(ignoreAbsent),
    ),
  ]);
}

function ignoreAbsent(error: unknown): void {
  if (!isRefusal(error, ...ABSENT)) throw error;
}
