/** Tickets to VMs' screens and serial lines. Only their hashes are kept, and a ticket is gone once it has been shown. */
import type { Db, Tx } from '../../platform/database/database.ts';
import type { ConsoleTicketTable } from '../../platform/database/schema.ts';
import { watchLinkStore } from './watch-link-store.ts';

type Sql = Db | Tx['sql'];
export type ConsoleKind = ConsoleTicketTable['kind'];

/** Whose screen a redeemed ticket opens, and for whom. */
export interface Admission {
  readonly vmId: string;
  readonly vmName: string;
  readonly hostId: string;
  readonly ownerId: string;
  readonly runId: string;
  readonly userId: string;
  readonly userName: string;
  readonly sessionId: string;
  readonly isViewOnly: boolean;
  /** By whose leave: a watch link, and when it ends. */
  readonly link: { readonly id: string; readonly expiresAt: number } | null;
  /** By whose leave: the class that the viewer leads and the VM is of. */
  readonly classId: string | null;
}

export const ticketStore = {
  async insert(tx: Tx, ticket: ConsoleTicketTable, now: number): Promise<void> {
    await tx.sql.deleteFrom('console_ticket').where('expires_at', '<', now).execute();
    await tx.sql.insertInto('console_ticket').values(ticket).execute();
  },

  /** Takes the ticket; null if there is none, it is too old, or what it was good for is over. */
  async redeem(tx: Tx, hash: string, kind: ConsoleKind, now: number): Promise<Admission | null> {
    const row = await tx.sql
      .selectFrom('console_ticket')
      .innerJoin('vm', 'vm.id', 'console_ticket.vm_id')
      .innerJoin('user', 'user.id', 'console_ticket.user_id')
      .leftJoin('class', 'class.id', 'vm.class_id')
      .selectAll('console_ticket')
      .select(['vm.name as vm_name', 'vm.host_id', 'vm.owner_id', 'vm.run_id as current_run_id', 'user.role'])
      .select('vm.class_id')
      .select(['user.name as user_name', 'user.display_name', 'class.owner_id as teacher_id'])
      .where('ticket_hash', '=', hash)
      .where('console_ticket.kind', '=', kind)
      .where('console_ticket.expires_at', '>=', now)
      .where('user.is_disabled', '=', 0)
      .executeTakeFirst();
    const { numDeletedRows } = await tx.sql
      .deleteFrom('console_ticket')
      .where('ticket_hash', '=', hash)
      .executeTakeFirst();
    // Of two that show the same ticket one deletes it.
    if (!row || numDeletedRows !== 1n || row.run_id !== row.current_run_id) return null;
    const link = row.link_id === null ? null : await watchLinkStore.find(tx.sql, row.link_id, now);
    const isOwn = row.role === 'admin' || row.owner_id === row.user_id;
    const isTeacher = row.is_view_only === 1 && row.teacher_id === row.user_id;
    if (row.link_id === null ? !isOwn && !isTeacher : !link) return null;
    return {
      vmId: row.vm_id,
      vmName: row.vm_name,
      hostId: row.host_id,
      ownerId: row.owner_id,
      runId: row.run_id,
      userId: row.user_id,
      userName: row.display_name || row.user_name,
      sessionId: row.session_id,
      isViewOnly: row.is_view_only === 1,
      link: link && { id: link.linkId, expiresAt: link.expiresAt },
      classId: isOwn || link ? null : row.class_id,
    };
  },

  /** The viewer leads the class that the VM is of, if that is by whose leave they look. */
  async isLeadLive(sql: Sql, { classId, vmId, userId }: Admission): Promise<boolean> {
    if (classId === null) return true;
    const led = await sql
      .selectFrom('vm')
      .innerJoin('class', 'class.id', 'vm.class_id')
      .select('vm.id')
      .where('vm.id', '=', vmId)
      .where('class.id', '=', classId)
      .where('class.owner_id', '=', userId)
      .executeTakeFirst();
    return led !== undefined;
  },

  /** The session or API token that the desktop was opened with has not ended. */
  async isSessionLive(sql: Sql, sessionId: string, now: number): Promise<boolean> {
    const session = await sql
      .selectFrom('session')
      .select('id')
      .where('id', '=', sessionId)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (session) return true;
    const token = await sql
      .selectFrom('api_token')
      .select('id')
      .where('id', '=', sessionId)
      .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
      .executeTakeFirst();
    return token !== undefined;
  },
};
