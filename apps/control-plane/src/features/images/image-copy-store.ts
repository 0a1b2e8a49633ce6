/** SQL for images' copies. Each row belongs to a host and an image, and owns the one file that it names. */
import type { ImageCopy, ImageCopyState, ImageFormat, Problem } from '@loucloud/api';
import { type Selectable, sql as raw } from 'kysely';
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import type { ImageCopyTable } from '../../platform/database/schema.ts';

type Sql = Db | Tx['sql'];

export interface CopyKey {
  readonly imageId: string;
  readonly hostId: string;
}

export interface CopyRecord extends CopyKey {
  readonly state: ImageCopyState;
  readonly path: string | null;
  readonly poolName: string;
  readonly volumeName: string;
  readonly isShared: boolean;
  readonly reservedBytes: number;
  readonly problem: Problem | null;
  readonly operationId: string | null;
  readonly isPrefetched: boolean;
  readonly lastUsedAt: number;
}

/** What copying needs to know of an image. */
export interface CopiedImage {
  readonly id: string;
  readonly name: string;
  readonly hostId: string;
  readonly path: string;
  readonly format: ImageFormat;
  readonly state: 'hashing' | 'ready' | 'changed' | 'missing';
  readonly sizeBytes: number;
  readonly sha256: string | null;
}

export interface CopyChanges {
  readonly state?: ImageCopyState;
  readonly path?: string | null;
  readonly isShared?: boolean;
  readonly problem?: Problem | null;
  readonly operationId?: string | null;
}

/** How a host's file of an image can be had: where it is, and whether that host answers. */
export interface CopySource {
  readonly hostId: string;
  readonly path: string;
}

const image = prepared((sql, { id }: { id: string }) =>
  sql.selectFrom('image').selectAll().where('id', '=', id),
);

const copies = (sql: Sql, { imageId, hostId }: { imageId: string; hostId: string }) =>
  sql.selectFrom('image_copy').selectAll().where('image_id', '=', imageId).where('host_id', '=', hostId);
const copy = prepared(copies);
const lockedCopy = prepared((sql, key: { imageId: string; hostId: string }) => copies(sql, key).forUpdate());

export const imageCopyStore = {
  async image(sql: Sql, id: string): Promise<CopiedImage | null> {
    const [row] = await image(sql, { id });
    if (!row) return null;
    const { name, host_id: hostId, path, format, state, size_bytes: sizeBytes, sha256 } = row;
    return { id, name, hostId, path, format, state, sizeBytes, sha256 };
  },

  async host(sql: Sql, id: string): Promise<{ name: string; poolName: string; isHealthy: boolean } | null> {
    const row = await sql
      .selectFrom('host')
      .select(['name', 'pool_name', 'health'])
      .where('id', '=', id)
      .executeTakeFirst();
    return row ? { name: row.name, poolName: row.pool_name, isHealthy: row.health === 'healthy' } : null;
  },

  async find(sql: Sql, { imageId, hostId }: CopyKey): Promise<CopyRecord | null> {
    const [row] = await copy(sql, { imageId, hostId });
    return row ? toRecord(row) : null;
  },

  /** As `find`, and nobody else changes it before the commit. */
  async findLocked(tx: Tx, { imageId, hostId }: CopyKey): Promise<CopyRecord | null> {
    const [row] = await (tx.hasOthers ? lockedCopy : copy)(tx.sql, { imageId, hostId });
    return row ? toRecord(row) : null;
  },

  async insert(
    tx: Tx,
    { imageId, hostId }: CopyKey,
    file: { poolName: string; volumeName: string; reservedBytes: number },
    at: number,
  ): Promise<void> {
    await tx.sql
      .insertInto('image_copy')
      .values({
        image_id: imageId,
        host_id: hostId,
        state: 'copying',
        path: null,
        pool_name: file.poolName,
        volume_name: file.volumeName,
        is_shared: 0,
        reserved_bytes: file.reservedBytes,
        problem: null,
        operation_id: null,
        is_prefetched: 0,
        created_at: at,
        last_used_at: at,
      })
      .execute();
  },

  async change(tx: Tx, key: CopyKey, changes: CopyChanges): Promise<void> {
    const { state, path, isShared, problem, operationId } = changes;
    await whereKey(tx, key)
      .set({
        ...(state !== undefined && { state }),
        ...(path !== undefined && { path }),
        ...(isShared !== undefined && { is_shared: isShared ? (1 as const) : (0 as const) }),
        ...(problem !== undefined && { problem: problem === null ? null : JSON.stringify(problem) }),
        ...(operationId !== undefined && { operation_id: operationId }),
      })
      .execute();
  },

  /** What it holds of its host's disk, as the reservation-store knows it. */
  async setReserved(tx: Tx, key: CopyKey, bytes: number): Promise<void> {
    await whereKey(tx, key).set({ reserved_bytes: bytes }).execute();
  },

  async markPrefetched(tx: Tx, key: CopyKey): Promise<void> {
    await whereKey(tx, key).set({ is_prefetched: 1 }).execute();
  },

  async touch(tx: Tx, key: CopyKey, at: number): Promise<void> {
    await whereKey(tx, key).set({ last_used_at: at }).execute();
  },

  async remove(tx: Tx, { imageId, hostId }: CopyKey): Promise<void> {
    await tx.sql
      .deleteFrom('image_copy')
      .where('image_id', '=', imageId)
      .where('host_id', '=', hostId)
      .execute();
  },

  async ofImage(sql: Sql, imageId: string): Promise<CopyRecord[]> {
    const rows = await sql.selectFrom('image_copy').selectAll().where('image_id', '=', imageId).execute();
    return rows.map(toRecord);
  },

  async ofHost(sql: Sql, hostId: string): Promise<CopyRecord[]> {
    const rows = await sql.selectFrom('image_copy').selectAll().where('host_id', '=', hostId).execute();
    return rows.map(toRecord);
  },

  /** Those that a host receives, or is to receive. */
  async underWay(sql: Sql, hostId: string): Promise<CopyKey[]> {
    const rows = await sql
      .selectFrom('image_copy')
      .select('image_id')
      .where('host_id', '=', hostId)
      .where('state', '=', 'copying')
      .execute();
    return rows.map((row) => ({ imageId: row.image_id, hostId }));
  },

  /**
   * VMs whose disks rest on this very file: those on its host or on their way there, and, where others
   * see the same file or have the same pool, those on their hosts.
   */
  async vmsOn(sql: Sql, { imageId, hostId }: CopyKey): Promise<string[]> {
    const { path = null } = (await imageCopyStore.find(sql, { imageId, hostId })) ?? {};
    const storage = await sql
      .selectFrom('host')
      .select('storage_id')
      .where('id', '=', hostId)
      .executeTakeFirst();
    const storageId = storage?.storage_id ?? null;
    const rows = await sql
      .selectFrom('vm')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .leftJoin('image_copy', (join) =>
        join
          .onRef('image_copy.image_id', '=', 'vm.image_id')
          .onRef('image_copy.host_id', '=', 'vm.host_id')
          .on('image_copy.is_shared', '=', 1),
      )
      .select('vm.name')
      .where('vm.image_id', '=', imageId)
      .where((e) =>
        e.or([
          e('vm.host_id', '=', hostId),
          e('vm.target_host_id', '=', hostId),
          ...(path === null ? [] : [e('image_copy.path', '=', path)]),
          // A disk that went along with its pool rests where it rested.
          ...(storageId === null ? [] : [e('host.storage_id', '=', storageId)]),
        ]),
      )
      .orderBy('vm.name')
      .execute();
    return rows.map((row) => row.name);
  },

  /** Hosts that see a file of another host's. */
  async sharersOf(sql: Sql, imageId: string, path: string): Promise<CopyKey[]> {
    const rows = await sql
      .selectFrom('image_copy')
      .select('host_id')
      .where('image_id', '=', imageId)
      .where('is_shared', '=', 1)
      .where('path', '=', path)
      .execute();
    return rows.map((row) => ({ imageId, hostId: row.host_id }));
  },

  /** In use as long as a VM is there: the time of the last use is now. */
  async touchUsed(tx: Tx, at: number): Promise<void> {
    await tx.sql
      .updateTable('image_copy')
      .set({ last_used_at: at })
      .where((e) =>
        e.exists(
          e
            .selectFrom('vm')
            .select('vm.id')
            .whereRef('vm.image_id', '=', 'image_copy.image_id')
            .whereRef('vm.host_id', '=', 'image_copy.host_id'),
        ),
      )
      .execute();
  },

  /** Not used since then (a failed one: tried), on hosts that answer; also whatever has lost its image. */
  async outdated(sql: Sql, since: { used: number; failed: number }): Promise<CopyRecord[]> {
    const rows = await sql
      .selectFrom('image_copy')
      .innerJoin('host', 'host.id', 'image_copy.host_id')
      .leftJoin('image', 'image.id', 'image_copy.image_id')
      .selectAll('image_copy')
      .where('host.health', '=', 'healthy')
      .where('image_copy.state', 'in', ['ready', 'changed', 'failed'])
      .where((e) =>
        e.or([
          e('image_copy.last_used_at', '<', since.used),
          e('image_copy.state', '=', 'failed').and('image_copy.last_used_at', '<', since.failed),
          e('image.id', 'is', null),
        ]),
      )
      .execute();
    return rows.map(toRecord);
  },

  /** Where the image can be read from: hosts that answer; if none does, the one that may yet: its own. */
  async sources(sql: Sql, image: CopiedImage, exceptHostId: string): Promise<CopySource[]> {
    const copies = await sql
      .selectFrom('image_copy')
      .innerJoin('host', 'host.id', 'image_copy.host_id')
      .select(['image_copy.host_id', 'image_copy.path'])
      .where('image_copy.image_id', '=', image.id)
      .where('image_copy.state', '=', 'ready')
      .where('host.health', '=', 'healthy')
      .where('image_copy.host_id', '!=', exceptHostId)
      .execute();
    const own = { hostId: image.hostId, path: image.path };
    const others = copies.flatMap(({ host_id: hostId, path }) => (path === null ? [] : [{ hostId, path }]));
    const isOwnThere = (await imageCopyStore.host(sql, image.hostId))?.isHealthy === true;
    return isOwnThere || others.length === 0 ? [own, ...others] : others;
  },

  /** For people, by image. */
  async views(sql: Sql, imageIds: readonly string[]): Promise<Map<string, ImageCopy[]>> {
    const views = new Map<string, ImageCopy[]>();
    if (imageIds.length === 0) return views;
    const rows = await sql
      .selectFrom('image_copy')
      .innerJoin('host', 'host.id', 'image_copy.host_id')
      .selectAll('image_copy')
      .select('host.name as host_name')
      .select((e) =>
        e
          .selectFrom('vm')
          .select(raw<number>`count(*)`.as('count'))
          .whereRef('vm.image_id', '=', 'image_copy.image_id')
          .whereRef('vm.host_id', '=', 'image_copy.host_id')
          .as('vm_count'),
      )
      .where('image_copy.image_id', 'in', imageIds)
      .orderBy('host.name')
      .execute();
    for (const row of rows) {
      const list = views.get(row.image_id) ?? [];
      views.set(row.image_id, list);
      list.push(toView(row));
    }
    return views;
  },
};

const whereKey = (tx: Tx, { imageId, hostId }: CopyKey) =>
  tx.sql.updateTable('image_copy').where('image_id', '=', imageId).where('host_id', '=', hostId);

const problemOf = (json: string | null): Problem | null =>
  json === null ? null : (JSON.parse(json) as Problem); // written by `change`

function toRecord(row: Selectable<ImageCopyTable>): CopyRecord {
  return {
    imageId: row.image_id,
    hostId: row.host_id,
    state: row.state,
    path: row.path,
    poolName: row.pool_name,
    volumeName: row.volume_name,
    isShared: row.is_shared === 1,
    reservedBytes: row.reserved_bytes,
    problem: problemOf(row.problem),
    operationId: row.operation_id,
    isPrefetched: row.is_prefetched === 1,
    lastUsedAt: row.last_used_at,
  };
}

function toView(row: Selectable<ImageCopyTable> & { host_name: string; vm_count: number | null }): ImageCopy {
  return {
    hostId: row.host_id,
    hostName: row.host_name,
    state: row.state,
    path: row.path,
    isShared: row.is_shared === 1,
    vmCount: row.vm_count ?? 0,
    problem: problemOf(row.problem),
    operationId: row.operation_id,
    createdAt: new Date(row.created_at).toISOString(),
    lastUsedAt: new Date(row.last_used_at).toISOString(),
  };
}
