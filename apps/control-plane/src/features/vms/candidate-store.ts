/** Hosts as a new VM would find them. */
import type { Db, Tx } from '../../platform/database/database.ts';
import { prepared } from '../../platform/database/prepared.ts';
import type { NetworkSource } from '../../platform/hypervisor.ts';
import { memoryCapacityMib } from '../../platform/reservations/host-capacity.ts';
import type { Candidate } from './placement.ts';
import type { Recipe } from './recipe-store.ts';

type Sql = Db | Tx['sql'];
export type WantedImage = Pick<Recipe, 'imageId' | 'imageHostId' | 'imageSizeBytes'>;

export const CANDIDATE_COLUMNS = [
  'id',
  'name',
  'is_enabled',
  'is_in_maintenance',
  'health',
  'arch',
  'physical_vcpus',
  'vcpu_overcommit',
  'reserved_vcpus',
  'physical_memory_mib',
  'system_memory_mib',
  'memory_overcommit',
  'reserved_memory_mib',
  'pool_capacity_bytes',
  'pool_available_bytes',
  'reserved_disk_bytes',
  'networks',
] as const;

interface ImageCopy {
  readonly state: string | null;
  readonly reservedBytes: number | null;
}

/** What a host is to any VM, and which images it has. */
export interface CandidateHost {
  readonly host: Omit<Candidate, 'hasImage' | 'copyBytes'>;
  /** By image. */
  readonly copies: ReadonlyMap<string, ImageCopy>;
}

export const candidateStore = {
  /** Every host, or that one, as a VM from that image would find it. */
  async all(sql: Sql, image: WantedImage, hostId?: string): Promise<Candidate[]> {
    const { imageId } = image;
    const rows = await (hostId === undefined ? allFor(sql, { imageId }) : oneFor(sql, { imageId, hostId }));
    const networksOf = networksReader();
    return rows.map((row) =>
      forImage(toHost(row, networksOf), { state: row.copy_state, reservedBytes: row.copy_bytes }, image),
    );
  },

  /** All, or those of these ids that there are, each with all its images. */
  async hosts(sql: Sql, ids: readonly string[] | null): Promise<CandidateHost[]> {
    let hosts = hostRows(sql);
    let copies = sql.selectFrom('image_copy').select(['host_id', 'image_id', 'state', 'reserved_bytes']);
    if (ids !== null) {
      hosts = hosts.where('host.id', 'in', ids);
      copies = copies.where('host_id', 'in', ids);
    }
    const byHost = new Map<string, Map<string, ImageCopy>>();
    const rows = await hosts.execute();
    for (const { id } of rows) byHost.set(id, new Map());
    for (const { host_id, image_id, state, reserved_bytes } of await copies.execute())
      byHost.get(host_id)?.set(image_id, { state, reservedBytes: reserved_bytes });
    const networksOf = networksReader();
    return rows.map((row) => ({
      host: toHost(row, networksOf),
      copies: byHost.get(row.id) ?? new Map<string, ImageCopy>(),
    }));
  },
};

export const toCandidate = ({ host, copies }: CandidateHost, image: WantedImage): Candidate =>
  forImage(host, copies.get(image.imageId), image);

function forImage(
  host: CandidateHost['host'],
  copy: ImageCopy | undefined,
  { imageHostId, imageSizeBytes }: WantedImage,
): Candidate {
  const isThere = host.id === imageHostId || copy?.state === 'ready' || copy?.state === 'copying';
  const copyBytes = isThere ? 0 : Math.max(0, imageSizeBytes - (copy?.reservedBytes ?? 0));
  return { ...host, hasImage: isThere, copyBytes };
}

const hostRows = (sql: Sql) =>
  sql
    .selectFrom('host')
    .select(CANDIDATE_COLUMNS.map((column) => `host.${column}` as const))
    .select((e) =>
      // Of an index alone.
      e
        .selectFrom('vm')
        .select(e.fn.countAll<number>().as('count'))
        .whereRef('vm.host_id', '=', 'host.id')
        .as('vm_count'),
    );

const rowsFor = (sql: Sql, imageId: string) =>
  hostRows(sql)
    .leftJoin('image_copy', (join) =>
      join.onRef('image_copy.host_id', '=', 'host.id').on('image_copy.image_id', '=', imageId),
    )
    .select(['image_copy.state as copy_state', 'image_copy.reserved_bytes as copy_bytes']);
const allFor = prepared((sql, { imageId }: { imageId: string }) => rowsFor(sql, imageId));
const oneFor = prepared((sql, { imageId, hostId }: { imageId: string; hostId: string }) =>
  rowsFor(sql, imageId).where('host.id', '=', hostId),
);

type HostRow = Awaited<ReturnType<ReturnType<typeof hostRows>['execute']>>[number];

function toHost(row: HostRow, networksOf: (text: string) => readonly NetworkSource[]): CandidateHost['host'] {
  return {
    id: row.id,
    name: row.name,
    isEnabled: row.is_enabled === 1,
    isInMaintenance: row.is_in_maintenance === 1,
    health: row.health,
    arch: row.arch,
    freeVcpus: Math.floor(row.physical_vcpus * row.vcpu_overcommit) - row.reserved_vcpus,
    freeMemoryMib: memoryCapacityMib(row) - row.reserved_memory_mib,
    freeDiskBytes: row.pool_capacity_bytes - row.reserved_disk_bytes,
    poolAvailableBytes: row.pool_available_bytes,
    networks: networksOf(row.networks),
    vmCount: Number(row.vm_count),
  };
}

/** Most hosts of a pool say the same. */
function networksReader(): (text: string) => readonly NetworkSource[] {
  const known = new Map<string, NetworkSource[]>();
  return (text) => {
    const networks = known.get(text) ?? (JSON.parse(text) as NetworkSource[]);
    known.set(text, networks);
    return networks;
  };
}
