/** What is to be known before a new VM is reserved, read by one query: each of a dozen would be a way to MySQL and back. */
import type { Quota, SettingKey } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import { notFound } from '../../platform/errors.ts';
import { quotaOf } from '../../platform/reservations/quota.ts';
import { type Recipe, recipes, toRecipe } from './recipe-store.ts';

type Sql = Db | Tx['sql'];

interface Wanted {
  readonly templateId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly macAddress: string;
}

export interface Order {
  readonly isNameTaken: boolean;
  readonly isAddressTaken: boolean;
  /** Throws what is wrong with the template. */
  recipe(): Recipe;
  /** The setting, as it is stored; null: it was never changed. */
  readonly defaultQuota: string | null;
  /** Throws: there is no such user. */
  limit(defaults: Quota): Quota;
}

const QUOTA = [
  'quota_vms',
  'quota_running_vms',
  'quota_vcpus',
  'quota_memory_mib',
  'quota_disk_bytes',
] as const;

type Values = Pick<Wanted, keyof Wanted> & { readonly callerId: string };

const orders = (sql: Sql, viewerId: string | null, { templateId, ownerId, name, macAddress }: Values) =>
  recipes(sql, templateId, viewerId)
    .leftJoin('user', (join) => join.on('user.id', '=', ownerId))
    .select(['user.id as owner_id', ...QUOTA])
    .select((e) => [
      e
        .selectFrom('vm')
        .select('vm.id')
        .where('vm.owner_id', '=', ownerId)
        .where('vm.name', '=', name)
        .where('vm.bin_key', '=', '')
        .as('namesake_id'),
      e.selectFrom('vm').select('vm.id').where('vm.mac_address', '=', macAddress).as('neighbour_id'),
      e
        .selectFrom('setting')
        .select('setting.value')
        .where('setting.name', '=', 'defaultQuota' satisfies SettingKey)
        .as('default_quota'),
    ]);
const anyOrder = prepared((sql, values: Values) => orders(sql, null, values));
const membersOrder = prepared((sql, values: Values) => orders(sql, values.callerId, values));

/** As that caller finds them. */
export async function readOrder(sql: Sql, wanted: Wanted, caller: Caller): Promise<Order> {
  const { templateId, ownerId, name, macAddress } = wanted;
  const values = { templateId, ownerId, name, macAddress, callerId: caller.userId };
  const [row] = await (caller.isAdmin ? anyOrder : membersOrder)(sql, values);
  if (!row) throw notFound('template', templateId);
  const { owner_id, quota_vms, quota_running_vms, quota_vcpus, quota_memory_mib, quota_disk_bytes } = row;
  return {
    isNameTaken: row.namesake_id !== null,
    isAddressTaken: row.neighbour_id !== null,
    defaultQuota: row.default_quota,
    recipe: () => toRecipe(row),
    limit(defaults) {
      if (owner_id === null) throw notFound('user', ownerId);
      const own = { quota_vms, quota_running_vms, quota_vcpus, quota_memory_mib, quota_disk_bytes };
      return quotaOf(own, defaults);
    },
  };
}
