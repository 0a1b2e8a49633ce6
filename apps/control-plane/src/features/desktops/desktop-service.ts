/**
 * Who may look at which screen, and for how long. A ticket is random, single use, good for 30 s, and bound to user,
 * session, VM and the VM's present run. What was opened with it ends with any of these.
 */
import type { ConsoleCloseReason, ConsoleTicket } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { hashSecret, newSecret } from '../../platform/ids.ts';
import type { RightsWatch } from '../../platform/rights-watch.ts';
import { type Admission, type ConsoleKind, ticketStore } from './ticket-store.ts';

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly rights: RightsWatch;
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
  readonly admission: Admission;
  readonly end: (reason: ConsoleCloseReason) => void;
}

const TICKET_LIFETIME_MS = 30_000;
const PER_USER_MAX = 50;
const PER_VM_MAX = 10;

const paths: Record<ConsoleKind, string> = { desktop: '/api/v1/desktop', serial: '/api/v1/serial-console' };

export type DesktopService = ReturnType<typeof desktopService>;

export function desktopService({ database, events, rights, requireVm }: Deps) {
  const viewings = new Set<Viewing>();

  const endWhere = (matches: (admission: Admission) => boolean, reason: ConsoleCloseReason): void => {
    for (const { admission, end } of viewings) if (matches(admission)) end(reason);
  };

  events.onEvent(({ type, objectId, details }) => {
    const isThis = ({ vmId }: Admission) => vmId === objectId;
    if (type === 'vm.deleted' || type === 'vm.purged') endWhere(isThis, 'vm_deleted');
    if (type === 'vm.transferred') endWhere(isThis, 'rights_ended');
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

  const countWhere = (matches: (admission: Admission) => boolean): number =>
    [...viewings].filter(({ admission }) => matches(admission)).length;

  return {
    /** `isViewOnly`: nothing that the viewer sends changes anything. */
    issue: (kind: ConsoleKind, vmId: string, caller: Caller, isViewOnly = false): Promise<ConsoleTicket> =>
      database.transact(async (tx) => {
        const vm = await requireVm(tx, kind, vmId, caller);
        if (vm.runId === null)
          throw new UserError('wrong_state', { action: 'openDesktop', state: 'stopped', name: vm.name });
        const isFull =
          countWhere(({ userId }) => userId === caller.userId) >= PER_USER_MAX ||
          countWhere((admission) => admission.vmId === vmId) >= PER_VM_MAX;
        if (isFull) throw new UserError('too_many_desktops', { max: PER_VM_MAX });
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
          },
          now,
        );
        await events.record(tx, {
          type: kind === 'desktop' ? 'vm.desktopOpened' : 'vm.serialConsoleOpened',
          actor: caller,
          object: { kind: 'vm', id: vmId, name: vm.name },
          ownerId: vm.ownerId,
          details: isViewOnly ? { mode: 'viewOnly' } : {},
        });
        return { ticket, path: paths[kind], expiresAt: new Date(expiresAt).toISOString() };
      }),

    redeem: (kind: ConsoleKind, ticket: string): Promise<Admission | null> =>
      database.transact((tx) => ticketStore.redeem(tx, hashSecret(ticket), kind, Date.now())),

    /** Watches over an open screen; answers how to stop. `end` is called at once if its session has ended meanwhile. */
    async watch(viewing: Viewing): Promise<() => void> {
      const { sessionId, vmId } = viewing.admission;
      if (countWhere((admission) => admission.vmId === vmId) >= PER_VM_MAX) viewing.end('too_many_desktops');
      viewings.add(viewing);
      const stopListening = rights.onSessionEnded(sessionId, () => viewing.end('rights_ended'));
      if (!(await ticketStore.isSessionLive(database.db, sessionId, Date.now()))) viewing.end('rights_ended');
      return () => {
        stopListening();
        viewings.delete(viewing);
      };
    },

    /** Open screens, for the metrics. */
    count: (): number => viewings.size,
  };
}
