/**
 * A LouCloud with many hosts and many VMs. The hosts are a fleet's; LouCloud makes one VM, and all others are copies of
 * that: its row in the database and its domain on a host, with an id, a name and an address of their own.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@loucloud/api';
import { connectDatabase } from '../apps/control-plane/src/platform/database/database.ts';
import { type Login, createVm, freePort, waitFor } from '../e2e/world.ts';
import { FleetApart } from '../fleet/apart.ts';
import type { Copy } from '../fleet/copies.ts';
import { type FurnishedHost, furnish } from '../fleet/furnish.ts';
import { FLEET_POOL } from '../fleet/node-xml.ts';
import { Served, useOf } from '../fleet/served.ts';

export interface Scale {
  readonly hosts: number;
  readonly vms: number;
  readonly databaseUrl?: string;
}

export const MEMBERS = 20;
const QUIET_MS = 1000;
/** Of tens of thousands of VMs. */
export const WITHIN_MS = 300_000;
const ROWS_AT_ONCE = 100;
/** Every tenth is off. */
const isRunning = (index: number): boolean => index % 10 !== 9;

export class ScaleWorld implements AsyncDisposable {
  readonly fleet: FleetApart;
  readonly served: Served;
  readonly hosts: ReadonlyMap<string, FurnishedHost>;

  static async open({ hosts: count, vms, databaseUrl }: Scale): Promise<ScaleWorld> {
    await using unlessOpened = new AsyncDisposableStack();
    const fleet = unlessOpened.use(await FleetApart.start(count));
    const address = `127.0.0.1:${await freePort()}`;
    const served = unlessOpened.use(
      await Served.start(address, databaseUrl === undefined ? {} : { databaseUrl }),
    );
    const { call } = await served.login();
    const world = new ScaleWorld(fleet, served, await furnish(call, fleet));
    await world.untilHealthy();
    await world.#fill(vms);
    unlessOpened.move();
    return world;
  }

  private constructor(fleet: FleetApart, served: Served, hosts: ReadonlyMap<string, FurnishedHost>) {
    this.fleet = fleet;
    this.served = served;
    this.hosts = hosts;
  }

  /** The admin's. A connection that is kept may end just when it is used again: then once more. */
  login(): Promise<Login> {
    return waitFor('the admin is logged in', () => this.served.login().catch(() => null));
  }

  async client(): Promise<Client> {
    return (await this.login()).call;
  }

  /** So many hosts, all unless told. */
  async untilHealthy(count = this.hosts.size): Promise<void> {
    const call = await this.client();
    const areHealthy = async () =>
      (await call('hostList', { query: { health: 'healthy', limit: 1 } })).total >= count;
    await waitFor('the hosts are healthy', areHealthy, WITHIN_MS);
  }

  /** No operation is under way. */
  async untilIdle(): Promise<void> {
    const call = await this.client();
    await waitFor(
      'nothing is under way',
      async () => (await call('operationList', { query: { isActive: true, limit: 1 } })).total === 0,
      WITHIN_MS,
    );
  }

  /** It has nothing to catch up with any more: it takes less than a quarter of a core. */
  async untilQuiet(): Promise<void> {
    let before = useOf(this.served.pid).cpuSeconds;
    const isQuiet = async (): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      const now = useOf(this.served.pid).cpuSeconds;
      const share = ((now - before) * 1000) / QUIET_MS;
      before = now;
      return share < 0.25;
    };
    await waitFor('LouCloud is quiet', isQuiet, WITHIN_MS);
  }

  /** While LouCloud is off. */
  async #fill(vms: number): Promise<void> {
    const call = await this.client();
    const [hostName = '', host] = [...this.hosts][0] ?? [];
    const model = await createVm(call, 'model', host?.templateId);
    await this.served.end();
    await this.#shareImage(model.imageId ?? '');
    const copies = await this.#copyRows(model.id, Math.max(0, vms - 1));
    await this.fleet.order({ copies: { model: { hostName, vmId: model.id }, domains: copies } });
    await this.served.startAgain();
    await this.untilHealthy();
    await this.untilQuiet();
  }

  /** The hosts have one file of it, as on shared storage; the test driver cannot be asked to find that out. */
  async #shareImage(imageId: string): Promise<void> {
    const database = connectDatabase(this.served.databaseUrl);
    const now = Date.now();
    const others = [...this.hosts.values()].slice(1);
    await database.transact(async ({ sql }) => {
      for (const { id } of others)
        await sql
          .insertInto('image_copy')
          .values({
            image_id: imageId,
            host_id: id,
            state: 'ready',
            path: this.fleet.imagePath,
            pool_name: FLEET_POOL,
            volume_name: 'guest.qcow2',
            is_shared: 1,
            reserved_bytes: 0,
            problem: null,
            operation_id: null,
            is_prefetched: 1,
            created_at: now,
            last_used_at: now,
          })
          .execute();
    });
    await database.close();
  }

  async #copyRows(modelId: string, count: number): Promise<Copy[]> {
    const database = connectDatabase(this.served.databaseUrl);
    const { db } = database;
    const model = await db.selectFrom('vm').selectAll().where('id', '=', modelId).executeTakeFirstOrThrow();
    const owner = await db
      .selectFrom('user')
      .selectAll()
      .where('id', '=', model.owner_id)
      .executeTakeFirstOrThrow();
    const members = Array.from({ length: MEMBERS }, (_, index) => ({
      ...owner,
      id: randomUUID(),
      name: `member-${index}`,
      display_name: `Member ${index}`,
      role: 'member' as const,
    }));
    const hosts = [...this.hosts];
    const copies: Copy[] = [];
    const rows = Array.from({ length: count }, (_, index) => {
      const id = randomUUID();
      const name = `${['web', 'db', 'lab'][index % 3] ?? ''}-${index}`;
      const member = members[index % MEMBERS] ?? owner;
      const [hostName = '', host] = hosts[index % hosts.length] ?? [];
      const tail = index.toString(16).padStart(6, '0');
      const macAddress = `52:54:01:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
      const domainName = `${name}-${id.slice(0, 8)}`;
      const parts = { name, domainName, macAddress, isRunning: isRunning(index) };
      copies.push({ ...parts, hostName, vmId: id, ownerId: member.id, ownerName: member.name });
      return {
        ...model,
        id,
        name,
        owner_id: member.id,
        host_id: host?.id ?? '',
        domain_name: domainName,
        mac_address: macAddress,
        ...(!parts.isRunning && { state: 'stopped' as const, is_active: 0 as const, run_id: null }),
        created_at: model.created_at + index,
      };
    });
    await database.transact(async ({ sql }) => {
      for (const member of members) {
        const own = rows.filter((row) => row.owner_id === member.id);
        const active = own.filter((row) => row.is_active === 1);
        await sql
          .insertInto('user')
          .values({
            ...member,
            used_vms: own.length,
            used_running_vms: active.length,
            used_vcpus: own.length * model.vcpus,
            used_memory_mib: own.length * model.memory_mib,
            used_disk_bytes: own.length * model.disk_bytes,
          })
          .execute();
      }
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
        await sql
          .insertInto('vm')
          .values(rows.slice(from, from + ROWS_AT_ONCE))
          .execute();
      for (const { id } of this.hosts.values()) {
        const there = rows.filter((row) => row.host_id === id);
        const active = there.filter((row) => row.is_active === 1).length;
        await sql
          .updateTable('host')
          .set((e) => ({
            reserved_vcpus: e('reserved_vcpus', '+', active * model.vcpus),
            reserved_memory_mib: e('reserved_memory_mib', '+', active * model.memory_mib),
            reserved_disk_bytes: e('reserved_disk_bytes', '+', there.length * model.disk_bytes),
          }))
          .where('id', '=', id)
          .execute();
      }
    });
    await database.close();
    return copies;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.served[Symbol.asyncDispose]();
    await this.fleet[Symbol.asyncDispose]();
  }
}
