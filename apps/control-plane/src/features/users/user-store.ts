import type { OwnQuota, Page, Preferences, Quota, QuotaResource, User } from '@loucloud/api';
import type { Selectable, Updateable } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { UserTable } from '../../platform/database/schema.ts';
import { notFound } from '../../platform/errors.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';
import { firstPreferences } from './preferences.ts';

type Sql = Db | Tx['sql'];

export interface UserFilter extends ListQuery {
  readonly isDisabled?: boolean | undefined;
}

export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: User['role'];
  readonly passwordHash: string;
  readonly ownQuota: OwnQuota;
  readonly preferences: Preferences;
  readonly at: number;
  readonly isDisabled?: boolean;
}

export interface UserChanges {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly passwordHash?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly ownQuota?: Partial<OwnQuota> | undefined;
  readonly preferences?: Preferences | undefined;
}

/** A user as stored: `quota` is known only together with the default. */
export type StoredUser = Omit<User, 'quota'> & { readonly preferences: Preferences };

const quotaColumn = {
  vms: 'quota_vms',
  runningVms: 'quota_running_vms',
  vcpus: 'quota_vcpus',
  memoryMib: 'quota_memory_mib',
  diskBytes: 'quota_disk_bytes',
} as const satisfies Record<QuotaResource, keyof UserTable>;

export const userStore = {
  async insert(sql: Tx['sql'], user: NewUser): Promise<void> {
    const row: UserTable = {
      id: user.id,
      name: user.name,
      display_name: user.displayName,
      role: user.role,
      password_hash: user.passwordHash,
      is_disabled: user.isDisabled === true ? 1 : 0,
      quota_vms: user.ownQuota.vms,
      quota_running_vms: user.ownQuota.runningVms,
      quota_vcpus: user.ownQuota.vcpus,
      quota_memory_mib: user.ownQuota.memoryMib,
      quota_disk_bytes: user.ownQuota.diskBytes,
      used_vms: 0,
      used_running_vms: 0,
      used_vcpus: 0,
      used_memory_mib: 0,
      used_disk_bytes: 0,
      preferences: JSON.stringify(user.preferences),
      created_at: user.at,
      last_login_at: null,
    };
    await sql.insertInto('user').values(row).execute();
  },

  async get(sql: Sql, id: string): Promise<StoredUser> {
    const row = await sql.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound('user', id);
    return toUser(row);
  },

  async findAdmin(sql: Sql): Promise<StoredUser | null> {
    const row = await sql.selectFrom('user').selectAll().where('role', '=', 'admin').executeTakeFirst();
    return row ? toUser(row) : null;
  },

  async findByName(sql: Sql, name: string): Promise<{ readonly id: string } | null> {
    const row = await sql.selectFrom('user').select('id').where('name', '=', name).executeTakeFirst();
    return row ?? null;
  },

  /** By the names that they log in with. */
  async findByNames(sql: Sql, names: readonly string[]): Promise<StoredUser[]> {
    if (names.length === 0) return [];
    return (await sql.selectFrom('user').selectAll().where('name', 'in', names).execute()).map(toUser);
  },

  async exists(sql: Sql, id: string): Promise<boolean> {
    return (await userStore.passwordHashOf(sql, id)) !== null;
  },

  async passwordHashOf(sql: Sql, id: string): Promise<string | null> {
    const row = await sql.selectFrom('user').select('password_hash').where('id', '=', id).executeTakeFirst();
    return row?.password_hash ?? null;
  },

  async list(db: Db, filter: UserFilter): Promise<Page<StoredUser>> {
    let query = db.selectFrom('user').selectAll();
    if (filter.isDisabled !== undefined) query = query.where('is_disabled', '=', filter.isDisabled ? 1 : 0);
    const { search } = filter;
    if (search !== undefined)
      query = query.where((e) =>
        e.or([contains('user.name', search), contains('user.display_name', search)]),
      );
    const { rows, ...page } = await selectPage(query, {
      query: filter,
      columns: { name: 'user.name', displayName: 'user.display_name', createdAt: 'user.created_at' },
      defaultSort: 'name',
      idColumn: 'user.id',
    });
    return { ...page, items: rows.map(toUser) };
  },

  async update(sql: Tx['sql'], id: string, changes: UserChanges): Promise<void> {
    const { name, displayName, passwordHash, isDisabled, ownQuota = {}, preferences } = changes;
    const set: Updateable<UserTable> = {
      ...(name !== undefined && { name }),
      ...(displayName !== undefined && { display_name: displayName }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      ...(isDisabled !== undefined && { is_disabled: isDisabled ? 1 : 0 }),
      ...(preferences !== undefined && { preferences: JSON.stringify(preferences) }),
    };
    for (const [resource, value] of Object.entries(ownQuota) as [QuotaResource, number | null][])
      set[quotaColumn[resource]] = value;
    if (Object.keys(set).length > 0) await sql.updateTable('user').set(set).where('id', '=', id).execute();
  },

  /** The row and what names it. Sessions and tokens end before, VMs have another owner or are gone. False: it was gone. */
  async delete(sql: Tx['sql'], id: string): Promise<boolean> {
    await sql.deleteFrom('template_user').where('user_id', '=', id).execute();
    await sql.deleteFrom('console_ticket').where('user_id', '=', id).execute();
    await sql.deleteFrom('class_member').where('user_id', '=', id).execute();
    await leaveClasses(sql, id);
    const { numDeletedRows } = await sql.deleteFrom('user').where('id', '=', id).executeTakeFirst();
    return numDeletedRows === 1n;
  },
};

/** A class is never without somebody who leads it. */
async function leaveClasses(sql: Tx['sql'], ownerId: string): Promise<void> {
  const admin = await userStore.findAdmin(sql);
  if (admin)
    await sql.updateTable('class').set({ owner_id: admin.id }).where('owner_id', '=', ownerId).execute();
}

export const effectiveQuota = (own: OwnQuota, byDefault: Quota): Quota => ({
  vms: own.vms ?? byDefault.vms,
  runningVms: own.runningVms ?? byDefault.runningVms,
  vcpus: own.vcpus ?? byDefault.vcpus,
  memoryMib: own.memoryMib ?? byDefault.memoryMib,
  diskBytes: own.diskBytes ?? byDefault.diskBytes,
});

const toUser = (row: Selectable<UserTable>): StoredUser => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  role: row.role,
  isDisabled: row.is_disabled === 1,
  ownQuota: {
    vms: row.quota_vms,
    runningVms: row.quota_running_vms,
    vcpus: row.quota_vcpus,
    memoryMib: row.quota_memory_mib,
    diskBytes: row.quota_disk_bytes,
  },
  usage: {
    vms: row.used_vms,
    runningVms: row.used_running_vms,
    vcpus: row.used_vcpus,
    memoryMib: row.used_memory_mib,
    diskBytes: row.used_disk_bytes,
  },
  // As `insert` and `update` wrote it, perhaps of a release that knew fewer.
  preferences: { ...firstPreferences, ...(JSON.parse(row.preferences) as Partial<Preferences>) },
  createdAt: new Date(row.created_at).toISOString(),
  lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at).toISOString(),
});
