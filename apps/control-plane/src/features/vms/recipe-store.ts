/** What VMs are made from, read in the transaction that reserves them: template, image, network, owner and hosts. */
import type { Accelerator, Firmware, ImageFormat, Quota } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import { UserError, notFound } from '../../platform/errors.ts';
import type { NetworkSource } from '../../platform/hypervisor.ts';
import { quotaOf } from '../../platform/reservations/quota.ts';

type Sql = Db | Tx['sql'];

export interface Recipe {
  readonly templateId: string;
  readonly templateName: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes: number;
  readonly firmware: Firmware;
  readonly imageId: string;
  readonly imageHostId: string;
  readonly imageSizeBytes: number;
  readonly networkId: string;
  readonly network: NetworkSource;
}

/** What a domain is defined from that is not in the VM's own row. */
export interface Parts {
  readonly ownerName: string;
  readonly templateName: string;
  readonly firmware: Firmware;
  readonly macAddress: string;
  readonly accelerator: Accelerator;
  readonly poolName: string;
  readonly imageId: string;
  readonly imageName: string;
  readonly imageHostId: string;
  /** As it lies on the VM's host. */
  readonly image: {
    readonly path: string;
    readonly format: ImageFormat;
    readonly sizeBytes: number;
    readonly virtualSizeBytes: number;
    /** Not the registered file itself. */
    readonly isCopy: boolean;
  };
  readonly network: NetworkSource;
}

export interface Place {
  readonly ownerName: string;
  readonly templateName: string;
  /** Of a VM that LouCloud did not make. */
  readonly definition: string | null;
  readonly poolName: string;
  /** Of a VM that was made from an iso image. */
  readonly isoPath: string | null;
}

/** What a VM that exists asks of a host, beside what placement asks. */
export interface MigrationHost {
  readonly id: string;
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly arch: string;
  /** Hosts with the same one have one pool; null: not known. */
  readonly storageId: string | null;
}

/** That one, if the viewer may see it; null: may see any. */
export function recipes(sql: Sql, templateId: string, viewerId: string | null) {
  const query = sql
    .selectFrom('template')
    .innerJoin('image', 'image.id', 'template.image_id')
    .innerJoin('network', 'network.id', 'template.network_id')
    .selectAll('template')
    .select([
      'image.host_id as image_host_id',
      'image.state as image_state',
      'image.name as image_name',
      'image.format as image_format',
      'image.size_bytes as image_size_bytes',
      'image.virtual_size_bytes as image_virtual_size_bytes',
      'network.kind as network_kind',
      'network.source as network_source',
    ])
    .where('template.id', '=', templateId);
  if (viewerId === null) return query;
  return query.where((e) =>
    e.or([
      e('template.visibility', '=', 'all'),
      e.exists(
        e
          .selectFrom('template_user')
          .select('user_id')
          .whereRef('template_id', '=', 'template.id')
          .where('user_id', '=', viewerId),
      ),
    ]),
  );
}

type RecipeRow = Awaited<ReturnType<ReturnType<typeof recipes>['execute']>>[number];

/** Throws what is wrong with its image. */
export function toRecipe(row: RecipeRow): Recipe {
  if (row.image_state === 'changed' || row.image_state === 'missing') {
    throw new UserError('image_changed', { name: row.image_name });
  }
  if (row.image_format !== 'iso' && row.image_virtual_size_bytes > row.disk_bytes) {
    throw new UserError('image_larger_than_disk', {
      virtualSizeBytes: row.image_virtual_size_bytes,
      diskBytes: row.disk_bytes,
    });
  }
  return {
    templateId: row.id,
    templateName: row.name,
    vcpus: row.vcpus,
    memoryMib: row.memory_mib,
    diskBytes: row.disk_bytes,
    firmware: row.firmware,
    imageId: row.image_id,
    imageHostId: row.image_host_id,
    imageSizeBytes: row.image_size_bytes,
    networkId: row.network_id,
    network: { kind: row.network_kind, source: row.network_source },
  };
}

export const recipeStore = {
  /** A template that the owner may see (the admin may use any), with an image that can be used. */
  async get(sql: Sql, templateId: string, caller: Caller): Promise<Recipe> {
    const row = await recipes(sql, templateId, caller.isAdmin ? null : caller.userId).executeTakeFirst();
    if (!row) throw notFound('template', templateId);
    return toRecipe(row);
  },

  async limitOf(sql: Sql, userId: string, defaults: Quota): Promise<Quota> {
    const row = await sql.selectFrom('user').selectAll().where('id', '=', userId).executeTakeFirst();
    if (!row) throw notFound('user', userId);
    return quotaOf(row, defaults);
  },

  /** What is known of every VM, whoever made it. */
  async place(sql: Sql, vmId: string): Promise<Place> {
    const row = await sql
      .selectFrom('vm')
      .innerJoin('user', 'user.id', 'vm.owner_id')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .leftJoin('image', 'image.id', 'vm.image_id')
      .leftJoin('image_copy', (join) =>
        join.onRef('image_copy.image_id', '=', 'vm.image_id').onRef('image_copy.host_id', '=', 'vm.host_id'),
      )
      .select([
        'user.name as owner_name',
        'vm.template_name',
        'vm.definition',
        'host.pool_name',
        'image.format',
        'image.path',
        'image_copy.path as copy_path',
      ])
      .where('vm.id', '=', vmId)
      .executeTakeFirst();
    if (!row) throw notFound('vm', vmId);
    return {
      ownerName: row.owner_name,
      templateName: row.template_name,
      definition: row.definition,
      poolName: row.pool_name,
      isoPath: row.format === 'iso' ? (row.copy_path ?? row.path) : null,
    };
  },

  async poolOf(sql: Sql, hostId: string): Promise<string> {
    const row = await sql.selectFrom('host').select('pool_name').where('id', '=', hostId).executeTakeFirst();
    if (!row) throw notFound('host', hostId);
    return row.pool_name;
  },

  /** The network that is registered for what a domain is attached to. */
  async networkOf(sql: Sql, { kind, source }: NetworkSource): Promise<string | null> {
    const row = await sql
      .selectFrom('network')
      .select('id')
      .where('kind', '=', kind)
      .where('source', '=', source)
      .executeTakeFirst();
    return row?.id ?? null;
  },

  /** The image whose file, or whose copy there, a disk rests on. */
  async imageAt(sql: Sql, hostId: string, path: string): Promise<string | null> {
    const row = await sql
      .selectFrom('image')
      .select('id')
      .where('host_id', '=', hostId)
      .where('path', '=', path)
      .executeTakeFirst();
    if (row) return row.id;
    const copy = await sql
      .selectFrom('image_copy')
      .select('image_id')
      .where('host_id', '=', hostId)
      .where('path', '=', path)
      .where('state', 'in', ['ready', 'changed'])
      .executeTakeFirst();
    return copy?.image_id ?? null;
  },

  /** Locks a copy that a VM is going to rest on: who deletes it comes before, or sees the VM. */
  async holdCopyAt(tx: Tx, hostId: string, path: string): Promise<void> {
    await tx.sql
      .updateTable('image_copy')
      .set({ last_used_at: Date.now() })
      .where('host_id', '=', hostId)
      .where('path', '=', path)
      .execute();
  },

  async userName(sql: Sql, userId: string): Promise<string | null> {
    const row = await sql.selectFrom('user').select('name').where('id', '=', userId).executeTakeFirst();
    return row?.name ?? null;
  },

  async parts(sql: Sql, vmId: string): Promise<Parts> {
    const row = await sql
      .selectFrom('vm')
      .innerJoin('user', 'user.id', 'vm.owner_id')
      .innerJoin('host', 'host.id', 'vm.host_id')
      .innerJoin('image', 'image.id', 'vm.image_id')
      .innerJoin('network', 'network.id', 'vm.network_id')
      .leftJoin('image_copy', (join) =>
        join.onRef('image_copy.image_id', '=', 'vm.image_id').onRef('image_copy.host_id', '=', 'vm.host_id'),
      )
      .select([
        'user.name as owner_name',
        'vm.template_name',
        'vm.firmware',
        'vm.mac_address',
        'host.accelerator',
        'host.pool_name',
        'image.id as image_id',
        'image.name as image_name',
        'image.host_id as image_host_id',
        'image.path',
        'image.format',
        'image.size_bytes',
        'image.virtual_size_bytes',
        'image_copy.path as copy_path',
        'network.kind',
        'network.source',
      ])
      .where('vm.id', '=', vmId)
      .executeTakeFirst();
    if (!row) throw notFound('vm', vmId);
    return {
      ownerName: row.owner_name,
      templateName: row.template_name,
      firmware: row.firmware,
      macAddress: row.mac_address ?? '', // LouCloud made the VM, so it has one
      accelerator: row.accelerator,
      poolName: row.pool_name,
      imageId: row.image_id,
      imageName: row.image_name,
      imageHostId: row.image_host_id,
      image: {
        path: row.copy_path ?? row.path,
        format: row.format,
        sizeBytes: row.size_bytes,
        virtualSizeBytes: row.virtual_size_bytes,
        isCopy: row.copy_path !== null,
      },
      network: { kind: row.kind, source: row.source },
    };
  },

  /** The image's file on that host; null: it is not there. */
  async imageOn(
    sql: Sql,
    { imageId, hostId }: { imageId: string; hostId: string },
  ): Promise<{ readonly path: string; readonly format: ImageFormat } | null> {
    const row = await sql
      .selectFrom('image')
      .leftJoin('image_copy', (join) =>
        join
          .onRef('image_copy.image_id', '=', 'image.id')
          .on('image_copy.host_id', '=', hostId)
          .on('image_copy.state', '=', 'ready'),
      )
      .select(['image.host_id', 'image.path', 'image.format', 'image_copy.path as copy_path'])
      .where('image.id', '=', imageId)
      .executeTakeFirst();
    if (!row) return null;
    const path = row.host_id === hostId ? row.path : row.copy_path;
    return path === null ? null : { path, format: row.format };
  },

  async hosts(sql: Sql): Promise<MigrationHost[]> {
    const columns = ['id', 'name', 'accelerator', 'arch', 'storage_id as storageId'] as const;
    return sql.selectFrom('host').select(columns).execute();
  },

  async isUnreachable(sql: Sql, hostId: string): Promise<boolean> {
    const row = await sql.selectFrom('host').select('health').where('id', '=', hostId).executeTakeFirst();
    return row?.health === 'unreachable';
  },

  async markImageChanged(tx: Tx, imageId: string): Promise<void> {
    await tx.sql.updateTable('image').set({ state: 'changed' }).where('id', '=', imageId).execute();
  },
};
