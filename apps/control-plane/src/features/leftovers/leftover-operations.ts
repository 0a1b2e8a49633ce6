/** Removing what nobody knows. It is looked at once more right before: somebody may have taken it back meanwhile. */
import type { leftoverKinds } from '@loucloud/api';
import type { Actor } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { operation } from '../../platform/operations/operation.ts';
import { leftoverStore } from './leftover-store.ts';
import { leftoversOf } from './leftovers-of.ts';

export interface RemoveInput {
  readonly hostId: string;
  readonly poolName: string;
  readonly kind: (typeof leftoverKinds)[number];
  readonly id: string;
  /** Of a stale copy that runs: its power is cut first. */
  readonly powerOff?: boolean;
  readonly actor: Actor;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly host: (hostId: string) => HostDriver;
}

const MINUTE_MS = 60_000;

export type LeftoverOperations = ReturnType<typeof leftoverOperations>;

export function leftoverOperations({ database, events, host: driver }: Deps) {
  const remove = operation<RemoveInput>({
    type: 'leftover.remove',
    onRestart: 'resume',
    steps: [
      {
        name: 'remove',
        timeoutMs: 3 * MINUTE_MS,
        async run({ hostId, poolName, kind, id, powerOff = false }, { report }) {
          const host = driver(hostId);
          const contents = await host.contents(poolName, { waits: true });
          const unknown = leftoversOf(contents, await leftoverStore.known(database.db, hostId));
          if (kind === 'disk') {
            const volume = unknown.volumes.find(({ name }) => name === id);
            const isThere = contents.volumes.some(({ name }) => name === id);
            if (!volume && isThere) throw new UserError('leftover_in_use', { name: id });
            if (volume) await host.deleteVolume(id, poolName);
            return report({ removed: volume?.path ?? id });
          }
          const domain = unknown.domains.find(({ vmId }) => vmId === id);
          const isThere = contents.domains.some(({ vmId }) => vmId === id);
          const isStale = (await leftoverStore.hostsOfVms(database.db, [id])).has(id);
          // Undefining one that runs would leave a machine that nobody can find again.
          const isInUse = domain ? domain.isActive && !(powerOff && isStale) : isThere;
          if (isInUse) throw new UserError('leftover_in_use', { name: id });
          if (domain?.isActive) await host.powerOff(id);
          if (domain) await host.undefine(id, { keepNvram: true });
          await report({ removed: domain?.domainName ?? id });
        },
      },
    ],
    async finish(tx, { hostId, id, actor }, outcome) {
      if (outcome.state !== 'done') return;
      const [host] = await leftoverStore.hosts(tx.sql, hostId);
      const object = { kind: 'host', id: hostId, name: host?.name ?? '' } as const;
      await events.record(tx, {
        type: 'host.leftoverRemoved',
        actor,
        object,
        ownerId: null,
        details: { leftover: id },
      });
    },
  });
  return { remove };
}
