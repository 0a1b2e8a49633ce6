import type { Quota, SettingChange, SettingKey, Settings } from '@loucloud/api';
import type { Actor, Caller } from '../../platform/caller.ts';
import type { Database, Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import { NIL_ID } from '../../platform/ids.ts';
import { settingStore } from './setting-store.ts';

const GIB = 2 ** 30;

/** What holds until the admin says otherwise. */
const defaults: Settings = {
  defaultQuota: { vms: 10, runningVms: 5, vcpus: 10, memoryMib: 16_384, diskBytes: 200 * GIB },
  vcpuOvercommit: 4,
  // Memory that is promised twice ends in the host's out-of-memory killer.
  memoryOvercommit: 1,
  systemMemoryMib: 1024,
  sessionLifetimeMinutes: 12 * 60,
  shutdownTimeoutSeconds: 120,
  recycleDays: 7,
  imageCopyDays: 14,
  defaultNetworkId: null,
};

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
}

export function settingsService({ database, events }: Deps) {
  /** Inside a transaction pass its `tx.sql`. */
  const read = async (sql: Db | Tx['sql'] = database.db): Promise<Settings> => ({
    ...defaults,
    ...(await settingStore.read(sql)),
  });

  const show = async () => ({
    settings: await read(),
    changes: (await settingStore.lastChanges(database.db)).map(
      ({ objectName, details, actorName, at }): SettingChange => ({
        key: objectName as SettingKey, // as `update` recorded it
        before: JSON.parse(String(details['before'])),
        after: JSON.parse(String(details['after'])),
        actorName: actorName ?? '',
        at,
      }),
    ),
  });

  /** In `tx`, with whatever makes the change due. */
  async function change(tx: Tx, changes: Partial<Settings>, actor: Actor | null): Promise<void> {
    const before = await read(tx.sql);
    const { defaultNetworkId } = changes;
    if (defaultNetworkId != null && !(await settingStore.networkExists(tx.sql, defaultNetworkId)))
      throw new UserError('not_found', { kind: 'network', id: defaultNetworkId });
    for (const [key, after] of Object.entries(changes) as [SettingKey, Settings[SettingKey]][]) {
      const [was, is] = [JSON.stringify(before[key]), JSON.stringify(after)];
      if (was === is) continue;
      await settingStore.write(tx.sql, key, after);
      await events.record(tx, {
        type: 'setting.changed',
        actor,
        object: { kind: 'setting', id: NIL_ID, name: key },
        ownerId: null,
        details: { before: was, after: is },
      });
    }
  }

  return {
    read,
    /** Of the text that is stored, for who reads it with all else; null: it was never changed. */
    defaultQuotaOf: (stored: string | null): Quota =>
      stored === null ? defaults.defaultQuota : (JSON.parse(stored) as Quota), // as `write` wrote it
    show,
    change,

    isInitialised: (): Promise<boolean> => settingStore.isInitialised(database.db),
    markInitialised: (): Promise<void> => database.transact((tx) => settingStore.markInitialised(tx.sql)),

    takeRestored: (tx: Tx): Promise<boolean> => settingStore.takeRestored(tx.sql),

    async update(changes: Partial<Settings>, actor: Caller | null) {
      await database.transact((tx) => change(tx, changes, actor));
      return show();
    },
  };
}

export type SettingsService = ReturnType<typeof settingsService>;
