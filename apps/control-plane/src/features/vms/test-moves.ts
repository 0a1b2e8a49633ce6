/** For tests of the database side of moves: a world with two hosts, between which VMs move as the test says. */
import { newId } from '../../platform/ids.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { TestDatabase } from '../../platform/database/test-databases.ts';
import { EventLog } from '../../platform/events/event-log.ts';
import type { Move, VmMoves, Whereabouts } from '../../platform/vm-moves.ts';
import { type World, openWorld } from './test-world.ts';
import { vmMigration } from './vm-migration.ts';
import { vmMigrations } from './vm-migration-service.ts';

export interface MovingWorld extends World {
  readonly thereId: string;
  readonly migrations: ReturnType<typeof vmMigrations>;
  readonly migration: ReturnType<typeof vmMigration>;
  readonly moves: FakeMoves;
  /** What each host has reserved, and what the VMs there, and on their way there, hold. */
  shares(): Promise<Record<string, readonly [reserved: string, held: string]>>;
}

/** Two hosts whose word is whatever the test sets. */
export class FakeMoves implements VmMoves {
  readonly trace: string[] = [];
  whereabouts: Whereabouts = 'source';
  onLive: (signal: AbortSignal) => Promise<void> = async () => {
    this.whereabouts = 'destination';
  };
  onOffline: () => Promise<void> = async () => {
    this.whereabouts = 'both';
  };
  sharesPool = async () => false;
  settle = async () => this.whereabouts;

  async live(_move: Move, _arrival: unknown, { signal }: { signal: AbortSignal }): Promise<void> {
    this.trace.push('live');
    await this.onLive(signal);
  }

  async offline(): Promise<void> {
    this.trace.push('offline');
    await this.onOffline();
  }

  async clearDestination(): Promise<void> {
    this.trace.push('clearDestination');
    if (this.whereabouts === 'both') this.whereabouts = 'source';
  }

  async clearSource(): Promise<void> {
    this.trace.push('clearSource');
    this.whereabouts = 'destination';
  }
}

export async function openMovingWorld(kind: TestDatabase): Promise<MovingWorld> {
  const world = await openWorld(kind);
  const { database, engine, vms, states } = world;
  const here = await database.db
    .selectFrom('host')
    .selectAll()
    .where('id', '=', world.hostId)
    .executeTakeFirstOrThrow();
  const thereId = newId();
  const there = { ...here, id: thereId, name: 'there', uri: 'qemu+ssh://there/system' };
  await database.db.insertInto('host').values(there).execute();
  const moves = new FakeMoves();
  const images = { claim: async () => true, whenThere: async () => {}, giveUpUnwanted: async () => {} };
  const disk = { path: '/p/x.qcow2', sizeBytes: 1, allocatedBytes: 1, backing: null };
  const host = () => ({ disk: async () => disk }) as unknown as HostDriver; // all that a move asks of it
  const events = new EventLog();
  const migration = vmMigration({ database, events, states, moves, images, host });
  engine.register(migration);
  const migrations = vmMigrations({ database, vms, operation: migration, images });
  return Object.assign(world, {
    thereId,
    migrations,
    migration,
    moves,
    async shares() {
      const rows = await database.db.selectFrom('vm').selectAll().execute();
      const hosts = await database.db.selectFrom('host').selectAll().execute();
      const text = (vcpus: number, memoryMib: number, diskBytes: number) =>
        `${vcpus}/${memoryMib}/${diskBytes}`;
      return Object.fromEntries(
        hosts.map((row) => {
          const held = rows.filter((vm) => vm.host_id === row.id || vm.target_host_id === row.id);
          const on = held.filter((vm) => vm.is_active === 1);
          const sum = (of: typeof rows, key: 'vcpus' | 'memory_mib' | 'pool_disk_bytes') =>
            of.reduce((total, vm) => total + vm[key], 0);
          return [
            row.name,
            [
              text(row.reserved_vcpus, row.reserved_memory_mib, row.reserved_disk_bytes),
              text(sum(on, 'vcpus'), sum(on, 'memory_mib'), sum(held, 'pool_disk_bytes')),
            ],
          ] as const;
        }),
      );
    },
  });
}
