/** Ten thousand VMs as rows of the database alone, for what is shown of them: no server has them, and none is asked. */
import { join } from 'node:path';
import type { StateCause, VmState } from '@loucloud/api';
import { type Database, openDatabase } from '../apps/control-plane/src/platform/database/database.ts';
import { newId } from '../apps/control-plane/src/platform/ids.ts';
import { testObjects } from '../apps/control-plane/src/test-objects.ts';
import type { World } from './world.ts';

export const MANY = 10_000;
const OWNERS = ['Anna Berger', 'Ben Okafor', '陈晓', 'Dmitri Volkov', '李伟', 'Sofia Rossi'];
const HOSTS = 12;
/** SQLite takes so many rows of this width in one statement. */
const AT_ONCE = 500;
const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;
const PURPOSES = ['web', 'db', 'build', 'lab', 'mail', 'cache', 'desk'];

const states = [
  ['running', 'started'],
  ['stopped', 'shut_down'],
  ['running', 'started'],
  ['stopped', 'created'],
  ['paused', 'suspended'],
  ['saved', 'saved'],
  ['crashed', 'crashed'],
] as const satisfies readonly (readonly [VmState, StateCause])[];

/** Beside whatever the world has. Its control plane goes on serving. */
export async function addTenThousand(world: World): Promise<void> {
  const database = await openDatabase(`sqlite:${join(world.dataDir, 'loucloud.db')}`);
  try {
    const [hosts, owners] = [await addHosts(database), await addOwners(database)];
    for (let from = 0; from < MANY; from += AT_ONCE) {
      const rows = Array.from({ length: AT_ONCE }, (_, index) => vmRow(from + index, hosts, owners));
      await database.db.insertInto('vm').values(rows).execute();
    }
  } finally {
    await database.close();
  }
}

async function addHosts({ db }: Database): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 1; index <= HOSTS; index++)
    ids.push(await testObjects.host(db, `rack-${String(index).padStart(2, '0')}`));
  return ids;
}

async function addOwners({ db }: Database): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, name] of OWNERS.entries()) {
    const id = await testObjects.user(db, `owner-${index}`);
    await db.updateTable('user').set({ display_name: name }).where('id', '=', id).execute();
    ids.push(id);
  }
  return ids;
}

function vmRow(index: number, hosts: readonly string[], owners: readonly string[]) {
  const [state, cause] = states[index % states.length] ?? states[0];
  const at = Date.now() - (MANY - index) * HOUR_MS;
  const purpose = PURPOSES[index % PURPOSES.length] ?? 'vm';
  const bytes = [index >> 16, (index >> 8) & 255, index & 255];
  const isActive = state === 'running' || state === 'paused';
  return {
    id: newId(),
    name: `${purpose}-${String(index).padStart(5, '0')}`,
    description: index % 50 === 0 ? 'kept for the audit' : '',
    owner_id: owners[Math.floor(index / hosts.length) % owners.length] ?? '',
    template_id: null,
    template_name: 'Debian 12',
    image_id: null,
    network_id: null,
    host_id: hosts[index % hosts.length] ?? '',
    target_host_id: null,
    domain_name: `${purpose}-${index}`,
    state,
    state_cause: cause,
    state_changed_at: at,
    operation_id: null,
    vcpus: 1 + (index % 8),
    memory_mib: 512 * (1 + (index % 16)),
    disk_bytes: GIB * (4 + (index % 60)),
    pool_disk_bytes: 0,
    firmware: 'bios',
    mac_address: `52:54:01:${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
    ip_addresses: JSON.stringify(isActive ? [`10.${bytes.join('.')}`] : []),
    is_active: isActive ? 1 : 0,
    run_id: isActive ? newId() : null,
    last_problem: null,
    differences: '[]',
    adoption: null,
    definition: null,
    created_at: at,
  } as const;
}
