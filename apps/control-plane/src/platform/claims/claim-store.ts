/** The control planes that serve, and which of them holds what. Every change is a compare-and-swap. */
import type { Db } from '../database/database.ts';
import type { ControlPlaneTable } from '../database/schema.ts';
import { type Work, nameOfWork, workOfName } from './claims.ts';

export interface Claim {
  readonly work: Work;
  readonly holderId: string | null;
  readonly fence: number;
}

export const claimStore = {
  register: async (db: Db, self: ControlPlaneTable): Promise<void> => {
    await db.insertInto('control_plane').values(self).execute();
  },

  /** False: it is not among them any more. */
  async beat(db: Db, id: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('control_plane')
      .set((e) => ({ beat: e('beat', '+', 1) }))
      .where('id', '=', id)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  controlPlanes: (db: Db): Promise<ControlPlaneTable[]> =>
    db.selectFrom('control_plane').selectAll().orderBy('started_at').orderBy('id').execute(),

  /**
   * With its claims, which are nobody's then: at once, so that it can take none in between. False: since that `beat` it has
   * counted on, and nothing is changed.
   */
  remove: (db: Db, { id, beat }: { id: string; beat?: number }): Promise<boolean> =>
    db.transaction().execute(async (sql) => {
      let query = sql.deleteFrom('control_plane').where('id', '=', id);
      if (beat !== undefined) query = query.where('beat', '=', beat);
      if ((await query.executeTakeFirst()).numDeletedRows !== 1n) return false;
      await sql.updateTable('claim').set({ holder_id: null }).where('holder_id', '=', id).execute();
      return true;
    }),

  /** One for each host, and the pool's; each is made when it is first missed. Those of hosts that are gone are removed. */
  async list(db: Db): Promise<Claim[]> {
    const rows = await db.selectFrom('claim').selectAll().execute();
    const hosts = await db.selectFrom('host').select('id').orderBy('id').execute();
    const names = [nameOfWork(null), ...hosts.map(({ id }) => id)];
    const known = new Map(rows.map((row) => [row.name, row]));
    const gone = [...known.keys()].filter((name) => !names.includes(name));
    if (gone.length > 0) await db.deleteFrom('claim').where('name', 'in', gone).execute();
    return names.map((name) => ({
      work: workOfName(name),
      holderId: known.get(name)?.holder_id ?? null,
      fence: known.get(name)?.fence ?? 0,
    }));
  },

  /** Answers the new fencing number; null: somebody was quicker. */
  async take(db: Db, { work, fence }: Claim, id: string): Promise<number | null> {
    const name = nameOfWork(work);
    const next = fence + 1;
    if (fence === 0) {
      const isNew = await db
        .insertInto('claim')
        .ignore()
        .values({ name, holder_id: id, fence: next })
        .executeTakeFirst();
      return isNew.numInsertedOrUpdatedRows === 1n ? next : null;
    }
    const { numUpdatedRows } = await db
      .updateTable('claim')
      .set({ holder_id: id, fence: next })
      .where('name', '=', name)
      .where('fence', '=', fence)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? next : null;
  },

  async release(db: Db, { work, fence }: Pick<Claim, 'work' | 'fence'>): Promise<void> {
    await db
      .updateTable('claim')
      .set({ holder_id: null })
      .where('name', '=', nameOfWork(work))
      .where('fence', '=', fence)
      .executeTakeFirst();
  },
};
