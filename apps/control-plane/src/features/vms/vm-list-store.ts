/** SQL for lists of VMs. What is kept of them in memory (vm-lists.ts) is narrowed and sorted by the same columns. */
import type { Vm, VmState } from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Caller } from '../../platform/caller.ts';
import type { Db } from '../../platform/database/database.ts';
import type { VmTable } from '../../platform/database/schema.ts';
import { type ListQuery, contains, selectPage } from '../../platform/paging.ts';
import { toVms, vmViews } from './vm-view-store.ts';

export interface VmFilter extends ListQuery {
  readonly state?: VmState | undefined;
  /** Those in the recycle bin, instead of the others. */
  readonly isDeleted?: boolean | undefined;
  readonly ownerId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly templateId?: string | undefined;
  readonly imageId?: string | undefined;
  readonly networkId?: string | undefined;
  readonly classId?: string | undefined;
}

const narrowing = {
  state: 'state',
  ownerId: 'owner_id',
  hostId: 'host_id',
  templateId: 'template_id',
  imageId: 'image_id',
  networkId: 'network_id',
  classId: 'class_id',
} as const;
const filters = Object.keys(narrowing) as (keyof typeof narrowing)[];
const searched = ['name', 'description', 'ip_addresses'] as const;

/** All that a list is narrowed and sorted by. */
export type ListedVm = Pick<
  Selectable<VmTable>,
  | 'id'
  | 'bin_key'
  | 'created_at'
  | 'vcpus'
  | 'memory_mib'
  | 'disk_bytes'
  | (typeof narrowing)[keyof typeof narrowing]
  | (typeof searched)[number]
> & { readonly owner_name: string; readonly host_name: string };

/** Which VMs a list is of: a member's are the member's own, whatever was asked. */
export interface ListScope {
  readonly isDeleted: boolean;
  readonly search: string | undefined;
  readonly equal: readonly { readonly column: (typeof narrowing)[keyof typeof narrowing]; is: string }[];
}

export function scopeOf(filter: VmFilter, caller: Caller): ListScope {
  const asked = { ...filter, ...(!caller.isAdmin && { ownerId: caller.userId, hostId: undefined }) };
  return {
    isDeleted: filter.isDeleted === true,
    search: filter.search,
    equal: filters.flatMap((name) => {
      const is = asked[name];
      return is === undefined ? [] : [{ column: narrowing[name], is }];
    }),
  };
}

export function isIn({ isDeleted, search, equal }: ListScope): (vm: ListedVm) => boolean {
  const text = search === undefined ? null : search.toLowerCase();
  return (vm) =>
    (vm.bin_key !== '') === isDeleted &&
    equal.every(({ column, is }) => vm[column] === is) &&
    (text === null || searched.some((column) => lower(vm[column]).includes(text)));
}

/** As the database's: ASCII letters alone. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** What may be sorted by, as a column of `ListedVm`. */
export const sortColumns = ({ isAdmin }: Caller): Readonly<Record<string, keyof ListedVm>> => ({
  name: 'name',
  createdAt: 'created_at',
  state: 'state',
  ownerName: 'owner_name',
  // Its order would tell others which of their VMs are neighbours.
  ...(isAdmin && { hostName: 'host_name' }),
  vcpus: 'vcpus',
  memoryMib: 'memory_mib',
  diskBytes: 'disk_bytes',
});

const elsewhere: Readonly<Record<string, string>> = {
  owner_name: 'user.display_name',
  host_name: 'host.name',
};

export const SORTED_BY_DEFAULT = 'name';

export const vmListStore = {
  async list(sql: Db, filter: VmFilter, caller: Caller) {
    const { isDeleted, search, equal } = scopeOf(filter, caller);
    // Found in their own table alone, unless another's names are their order; only those of the page are shown with these.
    let query = sql
      .selectFrom('vm')
      .select('vm.id')
      .$if(/^-?ownerName$/.test(filter.sort ?? ''), (vm) => vm.innerJoin('user', 'user.id', 'vm.owner_id'))
      .$if(/^-?hostName$/.test(filter.sort ?? ''), (vm) => vm.innerJoin('host', 'host.id', 'vm.host_id'))
      .where('vm.bin_key', isDeleted ? '!=' : '=', '');
    for (const { column, is } of equal) query = query.where(`vm.${column}`, '=', is);
    if (search !== undefined)
      query = query.where((e) => e.or(searched.map((column) => contains(`vm.${column}`, search))));
    const columns = Object.fromEntries(
      Object.entries(sortColumns(caller)).map(([sort, column]) => [
        sort,
        elsewhere[column] ?? `vm.${column}`,
      ]),
    );
    const options = { query: filter, columns, defaultSort: SORTED_BY_DEFAULT, idColumn: 'vm.id' };
    const { rows, ...page } = await selectPage(query, options);
    const found = rows.map(({ id }) => id);
    const shown = await vmListStore.shown(sql, found, caller);
    return { ...page, items: rows.flatMap(({ id }) => shown.get(id) ?? []) };
  },

  /** As the API shows them; those that went meanwhile are not among them. */
  async shown(sql: Db, ids: readonly string[], caller: Caller): Promise<Map<string, Vm>> {
    if (ids.length === 0) return new Map();
    const rows = await vmViews(sql).where('vm.id', 'in', padded(ids)).execute();
    return new Map((await toVms(sql, rows, caller)).map((vm) => [vm.id, vm]));
  },

  /** Those of them that are there; all, unless given. */
  async listed(sql: Db, ids: readonly string[] | null): Promise<ListedVm[]> {
    const rows = await sql
      .selectFrom('vm')
      .innerJoin('user', 'user.id', 'vm.owner_id')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .select(['vm.id', 'vm.name', 'vm.description', 'vm.ip_addresses', 'bin_key', 'state', 'owner_id'])
      .select(['host_id', 'template_id', 'image_id', 'network_id', 'class_id'])
      .select(['vm.created_at', 'vcpus', 'memory_mib', 'disk_bytes'])
      .select(['user.display_name as owner_name', 'host.name as host_name'])
      .$if(ids !== null, (query) => query.where('vm.id', 'in', padded(ids ?? [])))
      .execute();
    const same = sameTexts();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      description: same(row.description),
      ip_addresses: same(row.ip_addresses),
      bin_key: row.bin_key,
      state: same(row.state),
      owner_id: same(row.owner_id),
      host_id: same(row.host_id),
      template_id: same(row.template_id),
      image_id: same(row.image_id),
      network_id: same(row.network_id),
      class_id: same(row.class_id),
      created_at: row.created_at,
      vcpus: row.vcpus,
      memory_mib: row.memory_mib,
      disk_bytes: row.disk_bytes,
      owner_name: same(row.owner_name),
      host_name: same(row.host_name),
    }));
  },
};

/** Equal texts of many rows are one in memory. */
function sameTexts(): <T extends string | null>(text: T) => T {
  const known = new Map<unknown, unknown>();
  return <T extends string | null>(text: T) => {
    if (!known.has(text)) known.set(text, text);
    return known.get(text) as T; // what was set under it is itself
  };
}

/** The last one again and again: statements of a few lengths are compiled and kept, not one of each. */
function padded(ids: readonly string[]): string[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, ids.length)));
  return Array.from({ length }, (_, at) => ids[at] ?? ids.at(-1) ?? '');
}
