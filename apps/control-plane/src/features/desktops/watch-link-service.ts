/** Gives away the sight of a VM's screen by a link, and takes it back. */
import type { ReplyFor } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { notFound } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { hashSecret, newId, newSecret } from '../../platform/ids.ts';
import type { DesktopService } from './desktop-service.ts';
import { watchLinkStore } from './watch-link-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly desktops: DesktopService;
  /** The caller's VM; for others it does not exist. */
  readonly requireOwn: (tx: Tx, vmId: string, caller: Caller) => Promise<OwnVm>;
}

interface OwnVm {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
}

const HOUR_MS = 3_600_000;

export type WatchLinkService = ReturnType<typeof watchLinkService>;

export function watchLinkService({ database, events, desktops, requireOwn }: Deps) {
  const record = (
    tx: Tx,
    vm: OwnVm,
    { type, actor, linkId }: { type: 'made' | 'revoked'; actor: Caller; linkId: string },
  ): Promise<void> =>
    events.record(tx, {
      type: type === 'made' ? 'vm.watchLinkCreated' : 'vm.watchLinkRevoked',
      actor,
      object: { kind: 'vm', id: vm.id, name: vm.name },
      ownerId: vm.ownerId,
      details: { linkId },
    });

  return {
    create: (vmId: string, hours: number, caller: Caller): Promise<ReplyFor<'watchLinkCreate'>> =>
      database.transact(async (tx) => {
        const vm = await requireOwn(tx, vmId, caller);
        const [id, secret, now] = [newId(), newSecret(), Date.now()];
        const expiresAt = now + hours * HOUR_MS;
        const link = {
          id,
          secret_hash: hashSecret(secret),
          vm_id: vmId,
          vm_owner_id: vm.ownerId,
          created_by: caller.userId,
          created_at: now,
          expires_at: expiresAt,
        };
        await watchLinkStore.insert(tx, link, now);
        await record(tx, vm, { type: 'made', actor: caller, linkId: id });
        const shown = {
          id,
          createdByName: caller.userName,
          createdAt: new Date(now).toISOString(),
          expiresAt: new Date(expiresAt).toISOString(),
        };
        return { link: shown, secret };
      }),

    list: (vmId: string, caller: Caller): Promise<ReplyFor<'watchLinkList'>> =>
      database.transact(async (tx) => {
        await requireOwn(tx, vmId, caller);
        return { items: await watchLinkStore.list(tx.sql, vmId, Date.now()) };
      }),

    revoke: (vmId: string, linkId: string, caller: Caller): Promise<void> =>
      database.transact(async (tx) => {
        const vm = await requireOwn(tx, vmId, caller);
        if (await watchLinkStore.delete(tx, vmId, linkId))
          await record(tx, vm, { type: 'revoked', actor: caller, linkId });
      }),

    /** A ticket for whoever has the link. */
    async watch(secret: string, caller: Caller): Promise<ReplyFor<'watchDesktop'>> {
      const link = await watchLinkStore.findBySecret(database.db, hashSecret(secret), Date.now());
      if (!link) throw notFound('vm', '');
      return desktops.issueByLink(link, caller);
    },
  };
}
