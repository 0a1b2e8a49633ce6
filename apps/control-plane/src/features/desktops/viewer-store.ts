/** Who looks at which screen, for the other control planes to know. Rows of one that has gone count for nothing. */
import type { Db } from '../../platform/database/database.ts';
import type { ViewerTable } from '../../platform/database/schema.ts';

/** Somebody in front of a screen. */
export interface Viewer {
  readonly vmId: string;
  readonly userId: string;
  readonly userName: string;
}

export const viewerStore = {
  /** Those who look through this control plane: all of them, in place of what it said before. */
  publish: (db: Db, controlPlaneId: string, viewers: readonly ViewerTable[]): Promise<void> =>
    db.transaction().execute(async (sql) => {
      await sql
        .deleteFrom('viewer')
        .where((e) =>
          e.or([
            e('control_plane_id', '=', controlPlaneId),
            e('control_plane_id', 'not in', e.selectFrom('control_plane').select('id')),
          ]),
        )
        .execute();
      if (viewers.length > 0)
        await sql
          .insertInto('viewer')
          .values([...viewers])
          .execute();
    }),

  async elsewhere(db: Db, controlPlaneId: string, vmIds: readonly string[]): Promise<Viewer[]> {
    if (vmIds.length === 0) return [];
    const rows = await db
      .selectFrom('viewer')
      .innerJoin('control_plane', 'control_plane.id', 'viewer.control_plane_id')
      .select(['vm_id', 'user_id', 'user_name'])
      .where('control_plane_id', '!=', controlPlaneId)
      .where('vm_id', 'in', vmIds)
      .orderBy('viewer.id')
      .execute();
    return rows.map((row) => ({ vmId: row.vm_id, userId: row.user_id, userName: row.user_name }));
  },
};
