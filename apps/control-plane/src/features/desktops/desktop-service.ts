/**
 * Who may look at which screen, and for how long. A ticket is random, single use, good for 30 s, and bound to user,
 * session, VM and the VM's present run. What was opened with it ends with any of these.
 */
import type { ConsoleCloseReason, ConsoleTicket, ReplyFor, Watchers } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { hashSecret, newSecret } from '../../platform/ids.ts';
import type { RightsWatch } from '../../platform/rights-watch.ts';
import { type Presence, watchersFor } from './presence.ts';
import { type Admission, type ConsoleKind, ticketStore } from './ticket-store.ts';
import type { LinkTarget } from './watch-link-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly rights: RightsWatch;
  readonly presence: Presence;
  /** The caller's VM, if its screen can be opened now; throws the reason why not. */
  readonly requireVm: (
    tx: Tx,
    kind: ConsoleKind,
    vmId: string,
    caller: Caller,
  ) => Promise<{ id: string; name: string; ownerId: string; runId: string | null }>;
}

/** One open screen. */
export interface Viewing {
  readonly kind: ConsoleKind;
  readonly admission: Admission;
  readonly end: (reason: ConsoleCloseReason) => void;
  /** Who else looks. */
  readonly tell: (watchers: Watchers) => void;
}

/** What somebody wants to look at, and by which right: their own, or a link's. */
interface Sight {
  readonly kind: ConsoleKind;
  readonly vmId: string;
  readonly caller: Caller;
  readonly isViewOnly: boolean;
  readonly link: LinkTarget | null;
}

const TICKET_LIFETIME_MS = 30_000;
const PER_USER_MAX = 50;
const PER_VM_MAX = 10;
/** Besides those: a class that looks at one screen. QEMU takes 32 viewers. */
const WATCHING_MAX = 20;
/** Node's timers know no longer wait: three weeks and a half. */
const TIMER_MAX_MS = 2 ** 31 - 1;

const paths: Record<ConsoleKind, string> = { desktop: '/api/v1/desktop', serial: '/api/v1/serial-console' };

export type DesktopService = ReturnType<typeof desktopService>;

export function desktopService({ database, events, rights, presence, requireVm }: Deps) {
  const viewings = new Set<Viewing>();

  const endWhere = (matches: (admission: Admission) => boolean, reason: ConsoleCloseReason): void => {
    for (const { admission, end } of viewings) if (matches(admission)) end(reason);
  };

  events.onEvent(({ type, objectId, ownerId, details }) => {
    const isThis = ({ vmId }: Admission) => vmId === objectId;
    const isLed = ({ classId }: Admission) => classId === objectId;
    if (type === 'vm.deleted' || type === 'vm.purged') endWhere(isThis, 'vm_deleted');
    if (type === 'vm.transferred') endWhere(isThis, 'rights_ended');
    if (type === 'vm.watchLinkRevoked')
      endWhere(({ link }) => link?.id === details['linkId'], 'rights_ended');
    if (type === 'class.removed') endWhere(isLed, 'rights_ended');
    if (type === 'class.updated')
      endWhere((admission) => isLed(admission) && admission.userId !== ownerId, 'rights_ended');
    if (type === 'class.memberRemoved')
      endWhere((admission) => isLed(admission) && admission.ownerId === details['userId'], 'rights_ended');
    const isOff = details['to'] !== 'running' && details['to'] !== 'paused' && details['to'] !== 'unknown';
    if (type === 'vm.stateChanged' && isOff) endWhere(isThis, 'vm_stopped');
  });

  rights.onDoubt(() => {
    for (const { admission, end } of viewings)
      ticketStore.isSessionLive(database.db, admission.sessionId, Date.now()).then(
        (isLive) => (isLive ? undefined : end('rights_ended')),
        () => undefined, // The database is away: the next doubt finds out.
      );
  });

  /**
   * A serial line has one reader: libvirt cuts off the one before, whose page would take it back at once, and so on.
   * Known of those whom this control plane serves; another's reader is only cut off.
   */
  const takeOver = (serialVmId: string): void => {
    for (const { kind, admission, end } of viewings)
      if (kind === 'serial' && admission.vmId === serialVmId) end('taken_over');
  };

  const countWhere = (matches: (admission: Admission) => boolean): number =>
    [...viewings].filter(({ admission }) => matches(admission)).length;

  const isFull = (vmId: string, isViewOnly: boolean): boolean =>
    countWhere((admission) => admission.vmId === vmId && admission.isViewOnly === isViewOnly) >=
    (isViewOnly ? WATCHING_MAX : PER_VM_MAX);

  async function issue(
    tx: Tx,
    { kind, vmId, caller, isViewOnly, link }: Sight,
  ): Promise<ReplyFor<'watchDesktop'>> {
    // Whoever has a link sees what its VM's owner would see.
    const vm = await requireVm(tx, kind, vmId, link ? { ...caller, userId: link.vmOwnerId } : caller);
    if (vm.runId === null)
      throw new UserError('wrong_state', { action: 'openDesktop', state: 'stopped', name: vm.name });
    if (countWhere(({ userId }) => userId === caller.userId) >= PER_USER_MAX || isFull(vmId, isViewOnly))
      throw new UserError('too_many_desktops', { max: isViewOnly ? WATCHING_MAX : PER_VM_MAX });
    const ticket = newSecret();
    const now = Date.now();
    const expiresAt = now + TICKET_LIFETIME_MS;
    await ticketStore.insert(
      tx,
      {
        ticket_hash: hashSecret(ticket),
        kind,
        vm_id: vmId,
        run_id: vm.runId,
        user_id: caller.userId,
        session_id: caller.sessionId,
        expires_at: expiresAt,
        is_view_only: isViewOnly ? 1 : 0,
        link_id: link?.linkId ?? null,
      },
      now,
    );
    await events.record(tx, {
      type: kind === 'desktop' ? 'vm.desktopOpened' : 'vm.serialConsoleOpened',
      actor: caller,
      object: { kind: 'vm', id: vmId, name: vm.name },
      ownerId: vm.ownerId,
      details: { ...(isViewOnly && { mode: 'viewOnly' }), ...(link && { linkId: link.linkId }) },
    });
    return { ticket, path: paths[kind], expiresAt: new Date(expiresAt).toISOString(), vmName: vm.name };
  }

  return {
    /** `isViewOnly`: nothing that the viewer sends changes anything. */
    async issue(kind: ConsoleKind, vmId: string, caller: Caller, isViewOnly = false): Promise<ConsoleTicket> {
      const { ticket, path, expiresAt } = await database.transact((tx) =>
        issue(tx, { kind, vmId, caller, isViewOnly, link: null }),
      );
      return { ticket, path, expiresAt };
    },

    issueByLink: (link: LinkTarget, caller: Caller): Promise<ReplyFor<'watchDesktop'>> =>
      database.transact((tx) =>
        issue(tx, { kind: 'desktop', vmId: link.vmId, caller, isViewOnly: true, link }),
      ),

    redeem: (kind: ConsoleKind, ticket: string): Promise<Admission | null> =>
      database.transact((tx) => ticketStore.redeem(tx, hashSecret(ticket), kind, Date.now())),

    /** Watches over an open screen; answers how to stop. `end` is called at once if the right to look has ended meanwhile. */
    async watch(viewing: Viewing): Promise<() => void> {
      const { admission } = viewing;
      const { sessionId, vmId, isViewOnly, link } = admission;
      if (isFull(vmId, isViewOnly)) viewing.end('too_many_desktops');
      else if (viewing.kind === 'serial') takeOver(vmId);
      viewings.add(viewing);
      const stopListening = rights.onSessionEnded(sessionId, () => viewing.end('rights_ended'));
      const expiry =
        link &&
        setTimeout(() => viewing.end('rights_ended'), Math.min(link.expiresAt - Date.now(), TIMER_MAX_MS));
      const leave = presence.join({
        ...admission,
        tell: (viewers) => viewing.tell(watchersFor(admission, viewers)),
      });
      const { db } = database;
      const isLive =
        (await ticketStore.isSessionLive(db, sessionId, Date.now())) &&
        (await ticketStore.isLeadLive(db, admission));
      if (!isLive) viewing.end('rights_ended');
      return () => {
        stopListening();
        leave();
        if (expiry) clearTimeout(expiry);
        viewings.delete(viewing);
      };
    },

    /** Open screens, for the metrics. */
    count: (): number => viewings.size,
  };
}
