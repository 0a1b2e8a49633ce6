/** A VM as the API shows it, with what may be done to it and what its reader may know. */
import {
  type Difference,
  type Problem,
  type StaleCopy,
  type StateCause,
  type Vm,
  judgeActions,
} from '@loucloud/api';
import type { Selectable } from 'kysely';
import type { Caller } from '../../platform/caller.ts';
import type { Db, Tx } from '../../platform/database/database.ts';
import type { VmTable } from '../../platform/database/schema.ts';
import { operationStore } from '../../platform/operations/operation-store.ts';
import type { AdoptionRecord } from './adoption-record.ts';
import { staleDomainStore } from './stale-domain-store.ts';

type Sql = Db | Tx['sql'];

/** The console's and the API's view of a VM needs names from four other tables. */
export const vmViews = (sql: Sql) =>
  sql
    .selectFrom('vm')
    .innerJoin('user', 'user.id', 'vm.owner_id')
    .innerJoin('host', 'host.id', 'vm.host_id')
    .leftJoin('image', 'image.id', 'vm.image_id')
    .leftJoin('network', 'network.id', 'vm.network_id')
    .leftJoin('class', 'class.id', 'vm.class_id')
    .selectAll('vm')
    .select([
      'user.display_name as owner_name',
      'host.name as host_name',
      'host.is_enabled as host_is_enabled',
      'image.name as image_name',
      'network.name as network_name',
      'class.name as class_name',
      'class.expires_at as class_expires_at',
    ]);

type ViewRow = Selectable<VmTable> & {
  owner_name: string;
  host_name: string;
  host_is_enabled: 0 | 1;
  image_name: string | null;
  network_name: string | null;
  class_name: string | null;
  class_expires_at: number | null;
};

export async function toVms(sql: Sql, rows: readonly ViewRow[], caller: Caller): Promise<Vm[]> {
  const held = rows.flatMap((row) => (row.operation_id === null ? [] : [row.operation_id]));
  const operations = await operationStore.briefs(sql, held, caller);
  const stale = await staleDomainStore.ofVms(
    sql,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const operation = row.operation_id === null ? null : (operations.get(row.operation_id) ?? null);
    const differences = JSON.parse(row.differences) as Difference[];
    const adoption = adoptionOf(row);
    const staleCopies: readonly StaleCopy[] = stale.get(row.id) ?? [];
    const subject = {
      state: row.state,
      operationType: operation?.type ?? null,
      isHostEnabled: row.host_is_enabled === 1,
      isRunningElsewhere: staleCopies.some(({ isRunning }) => isRunning),
      limits: adoption?.limits ?? null,
      isDiffering: differences.length > 0,
      isDeleted: row.deleted_at !== null,
      isProtected: row.is_protected === 1,
    };
    return {
      id: row.id,
      name: row.name,
      description: row.description,
      ownerId: row.owner_id,
      ownerName: row.owner_name,
      templateId: row.template_id,
      templateName: row.template_name,
      imageId: row.image_id,
      imageName: row.image_name ?? '',
      hostId: caller.isAdmin ? row.host_id : null,
      hostName: caller.isAdmin ? row.host_name : null,
      domainName: caller.isAdmin ? row.domain_name : null,
      networkId: row.network_id,
      networkName: row.network_name,
      state: row.state,
      stateCause: row.state_cause as StateCause, // written by changeState
      stateChangedAt: new Date(row.state_changed_at).toISOString(),
      operation,
      vcpus: row.vcpus,
      memoryMib: row.memory_mib,
      diskBytes: row.disk_bytes,
      firmware: row.firmware,
      macAddress: row.mac_address ?? '',
      ipAddresses: JSON.parse(row.ip_addresses) as string[],
      lastProblem: problemFor(row.last_problem, caller),
      differences: caller.isAdmin ? differences : differences.map(withoutPlaces),
      adoption: adoption && { limits: adoption.limits, disks: caller.isAdmin ? adoption.disks : [] },
      staleCopies: caller.isAdmin ? [...staleCopies] : [],
      isProtected: row.is_protected === 1,
      class: classOf(row),
      deletion: deletionOf(row),
      createdAt: new Date(row.created_at).toISOString(),
      actions: judgeActions(subject, caller.isAdmin),
    };
  });
}

/** Where files lie on a server, and the ids of others, are for the admin only. */
function withoutPlaces(difference: Difference): Difference {
  const shorten = (value: string | number) =>
    String(value)
      .replace(/^.*\//, '')
      .replace(/ \([^)]*\)$/, '');
  if (!['disk', 'cdrom', 'owner'].includes(difference.field)) return difference;
  return { ...difference, recorded: shorten(difference.recorded), found: shorten(difference.found) };
}

export const adoptionOf = ({ adoption }: Pick<Selectable<VmTable>, 'adoption'>): AdoptionRecord | null =>
  adoption === null ? null : (JSON.parse(adoption) as AdoptionRecord);

const classOf = ({ class_id: id, class_name: name, class_expires_at: at }: ViewRow): Vm['class'] =>
  id === null || name === null
    ? null
    : { id, name, expiresAt: at === null ? null : new Date(at).toISOString() };

const deletionOf = ({ deleted_at, purge_at }: Selectable<VmTable>): Vm['deletion'] =>
  deleted_at === null
    ? null
    : {
        deletedAt: new Date(deleted_at).toISOString(),
        purgeAt: new Date(purge_at ?? deleted_at).toISOString(),
      };

/** libvirt's own words are for the admin only. */
function problemFor(json: string | null, caller: Caller): Problem | null {
  if (json === null) return null;
  const { hint, ...problem } = JSON.parse(json) as Problem;
  return caller.isAdmin && hint !== undefined ? { ...problem, hint } : problem;
}
