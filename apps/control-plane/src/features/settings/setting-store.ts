import { type Event, type Settings, Settings as SettingsSchema } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import { RESTORED } from '../../platform/backup/backup-store.ts';
import { eventStore } from '../../platform/events/event-store.ts';

type Sql = Db | Tx['sql'];

const names = Object.keys(SettingsSchema.properties) as (keyof Settings)[];
const changed = prepared((sql) => sql.selectFrom('setting').selectAll().where('name', 'in', names));
const CHANGES_SHOWN = 50;
const INITIALISED = 'initialised';

export const settingStore = {
  /** Those that were ever changed. A row whose setting is gone from the code is left alone. */
  async read(sql: Sql): Promise<Partial<Settings>> {
    const rows = await changed(sql, {});
    return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)]));
  },

  async write<K extends keyof Settings>(sql: Tx['sql'], name: K, value: Settings[K]): Promise<void> {
    await sql.deleteFrom('setting').where('name', '=', name).execute();
    await sql
      .insertInto('setting')
      .values({ name, value: JSON.stringify(value) })
      .execute();
  },

  async networkExists(sql: Sql, id: string): Promise<boolean> {
    const row = await sql.selectFrom('network').select('id').where('id', '=', id).executeTakeFirst();
    return row !== undefined;
  },

  /** Beside the settings: the first set-up has been done to its end. */
  async isInitialised(sql: Sql): Promise<boolean> {
    const row = await sql
      .selectFrom('setting')
      .select('name')
      .where('name', '=', INITIALISED)
      .executeTakeFirst();
    return row !== undefined;
  },

  async markInitialised(sql: Tx['sql']): Promise<void> {
    if (await settingStore.isInitialised(sql)) return;
    await sql.insertInto('setting').values({ name: INITIALISED, value: 'true' }).execute();
  },

  /** Beside the settings: what is here comes from a backup, and has not been served since. */
  async takeRestored(sql: Tx['sql']): Promise<boolean> {
    const { numDeletedRows } = await sql
      .deleteFrom('setting')
      .where('name', '=', RESTORED)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },

  async lastChanges(db: Db): Promise<Event[]> {
    const { items } = await eventStore.list(db, { type: 'setting.changed', limit: CHANGES_SHOWN });
    return items;
  },
};
