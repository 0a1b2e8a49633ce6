/** Every release's database becomes the present one, by way of a backup; what fails on the way leaves it as it was. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import type { Page, Vm } from '@loucloud/api';
import { type Kysely, type KyselyPlugin, sql } from 'kysely';
import { createControlPlane } from './control-plane.ts';
import { libvirtHypervisor } from './drivers/libvirt/hypervisor.ts';
import { type Row, readBackup, rowsIn, verifyBackup } from './platform/backup/backup-file.ts';
import { loadRows } from './platform/backup/backup-store.ts';
import { openUpgraded } from './platform/backup/upgrade.ts';
import { claimStore } from './platform/claims/claim-store.ts';
import { readConfig } from './platform/config.ts';
import { prepareDataFolder, writeSecret } from './platform/data-folder.ts';
import { lockDataFolder } from './platform/database/data-lock.ts';
import { connectDatabase, openDatabase } from './platform/database/database.ts';
import {
  type History,
  history,
  lastMigration,
  migrate,
  migrationsOf,
} from './platform/database/migrations.ts';
import { oldState } from './platform/database/old-state.ts';
import { type TestDatabase, testDatabases } from './platform/database/test-databases.ts';
import { newId } from './platform/ids.ts';
import { createLog } from './platform/log.ts';

const [first = ''] = Object.keys(history);
const releases = globSync(join(import.meta.dirname, 'platform/database/releases/*.loucloud'));
const [oldest = ''] = releases.toSorted();

/** A database as that release left it, and the data folder beside it. */
async function openRelease(path: string, kind: TestDatabase) {
  const place = await kind.place();
  const dataDir = await mkdtemp(join(tmpdir(), 'upgrade-'));
  const config = { ...readConfig({}), dataDir, databaseUrl: place.url };
  await prepareDataFolder(config);
  const { migration } = await verifyBackup(path);
  const database = await openDatabase(place.url, migration);
  await loadRows(database, rowsIn(path), { mark: false });
  await database.close();
  for await (const entry of readBackup(path))
    if ('secret' in entry)
      await writeSecret(config, { name: entry.secret, content: Buffer.from(entry.content, 'base64') });
  const backups = join(dataDir, 'backups');
  return {
    url: place.url,
    config,
    migration,
    backups: async () => (await readdir(backups).catch(() => [])).map((name) => join(backups, name)),
    /** By this release, or by one with that history. */
    upgrade: (all?: History) => openUpgraded({ config, version: '9.9.9', ...(all && { all }) }),
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Every row of every table, and every column: as it is, whatever release it is of. */
async function contentOf(url: string) {
  const database = connectDatabase(url);
  const db = database.db as unknown as Kysely<Record<string, Row>>;
  const tables = await db.introspection.getTables();
  const content: Record<string, { columns: string[]; rows: string[] }> = {};
  for (const { name, columns } of tables) {
    const rows = await db.selectFrom(name).selectAll().execute();
    const inOrder = rows.map((row) => JSON.stringify(Object.entries(row).toSorted(byName)));
    content[name] = {
      columns: columns.map((column) => `${column.name} ${column.dataType}`).toSorted(),
      rows: inOrder.toSorted(),
    };
  }
  const { done } = await migrationsOf(database.db);
  await database.close();
  // By name: the database may list them in another order.
  return { content: Object.fromEntries(Object.entries(content).toSorted(byName)), done };
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

async function rowsOfFile(path: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const entry of rowsIn(path)) rows.push(JSON.stringify(entry));
  return rows.toSorted();
}

/** What a migration may do before it finds that it cannot. */
const breaking: History = {
  ...history,
  '9999-breaks': async (db) => {
    await db.schema.createTable('broken').addColumn('id', 'integer').execute();
    await db.schema.alterTable('user').addColumn('broken', 'integer').execute();
    await sql`update ${sql.table('user')} set name = concat('x', name)`.execute(db);
    await sql`delete from event`.execute(db);
    throw new Error('it went wrong half-way');
  },
};

/** Every migration after the first, each cut off after so many statements. */
const cutAfter = (statements: number): History =>
  Object.fromEntries(
    Object.entries(history).map(([title, up]) => {
      let left = statements;
      const plugin: KyselyPlugin = {
        transformQuery({ node }) {
          if (left-- === 0) throw new Error('cut off');
          return node;
        },
        transformResult: ({ result }) => Promise.resolve(result),
      };
      return [title, title === first ? up : (db, adapter) => up(db.withPlugin(plugin), adapter)];
    }),
  );

for (const kind of testDatabases) {
  describe(`on ${kind.name}`, () => {
    for (const path of releases)
      test(`${basename(path, '.loucloud')} is upgraded: every row is there, and LouCloud works over it`, async () => {
        await using release = await openRelease(path, kind);
        const before = await contentOf(release.url);
        assert.deepEqual(before.done.at(-1), release.migration);
        const database = await release.upgrade();
        try {
          const after = await contentOf(release.url);
          assert.equal(after.done.at(-1), lastMigration);
          for (const [table, { rows }] of Object.entries(before.content))
            assert.equal(after.content[table]?.rows.length, rows.length, table);

          const [backup = '', ...others] = await release.backups();
          assert.deepEqual(others, []);
          assert.ok(basename(backup).startsWith('before-0002-nothing-is-lost-'));
          assert.equal((await stat(backup)).mode & 0o777, 0o600);
          assert.equal((await verifyBackup(backup)).migration, release.migration);
          assert.deepEqual(await rowsOfFile(backup), await rowsOfFile(path));
          await worksOver(release.config, database);
        } finally {
          await database.close();
        }
      });

    test('the backup that was made first leads back to the release before, to the last row', async () => {
      await using release = await openRelease(oldest, kind);
      const before = await contentOf(release.url);
      await (await release.upgrade()).close();
      const [backup = ''] = await release.backups();
      for (const other of testDatabases) {
        await using back = await openRelease(backup, other);
        const { content, done } = await contentOf(back.url);
        assert.deepEqual(done, before.done);
        for (const [table, { rows }] of Object.entries(before.content))
          assert.deepEqual(content[table]?.rows, rows, table);
        // And forward once more.
        await (await back.upgrade()).close();
      }
    });

    test('a migration that fails half-way leaves the database as it was, and the next try is a whole one', async () => {
      await using release = await openRelease(oldest, kind);
      const before = await contentOf(release.url);
      const failed = release.upgrade(breaking);
      await assert.rejects(failed, {
        name: 'ConfigError',
        message: /it went wrong half-way.*It is as it was.*before-0002/s,
      });
      same(await contentOf(release.url), before);
      await (await release.upgrade()).close();
      assert.equal((await contentOf(release.url)).done.at(-1), lastMigration);
    });

    test('a migration that is cut off after any of its statements is gone through by the next start', async () => {
      const whole = await upgradedContent(kind);
      for (let statements = 0, wasCut = true; wasCut; statements++) {
        await using release = await openRelease(oldest, kind);
        const database = connectDatabase(release.url);
        const cut = { all: cutAfter(statements) };
        wasCut = await migrate(database.db, database.adapter, cut).then(
          () => false,
          () => true,
        );
        await database.close();
        await (await release.upgrade()).close();
        same(await contentOf(release.url), whole, `after ${statements} statements`);
      }
    });

    test('a database of a newer release is refused, and left alone', async () => {
      await using release = await openRelease(oldest, kind);
      await (await release.upgrade()).close();
      const before = await contentOf(release.url);
      const all = { [first]: history[first] ?? assert.fail() };
      await assert.rejects(release.upgrade(all), { name: 'ConfigError', message: /belongs to a newer/ });
      same(await contentOf(release.url), before);
    });

    test('nobody migrates what another LouCloud serves from this data folder', async () => {
      await using release = await openRelease(oldest, kind);
      const before = await contentOf(release.url);
      const unlock = lockDataFolder(release.config.dataDir);
      await assert.rejects(release.upgrade(), { name: 'ConfigError', message: /Another LouCloud serves/ });
      unlock();
      same(await contentOf(release.url), before);
      assert.deepEqual(await release.backups(), []);
    });
  });
}

describe('on mysql, which does not undo a migration', () => {
  const mysql = testDatabases.find(({ name }) => name === 'mysql') ?? assert.fail();

  test('putting the old state back goes on where it was cut off', async () => {
    await using release = await openRelease(oldest, mysql);
    const whole = await upgradedContent(mysql);
    const database = connectDatabase(release.url);
    const { db, adapter } = database;
    await oldState.note(db, adapter, { machine: hostname(), path: oldest });
    await oldState.dropTables(db, new Set());
    await database.close();
    await (await release.upgrade()).close();
    same(await contentOf(release.url), whole);
  });

  test('where the file with the old state is not here, it is said where it is, and nothing more is done', async () => {
    await using release = await openRelease(oldest, mysql);
    const database = connectDatabase(release.url);
    const { db, adapter } = database;
    await oldState.note(db, adapter, { machine: 'rack-9', path: '/var/lib/loucloud/backups/gone' });
    await database.close();
    const before = await contentOf(release.url);
    await assert.rejects(release.upgrade(), { name: 'ConfigError', message: /backups\/gone on rack-9/ });
    same(await contentOf(release.url), before);
  });

  test('two control planes that start at once migrate it once', async () => {
    await using release = await openRelease(oldest, mysql);
    await using other = await openRelease(oldest, mysql);
    const config = { ...other.config, databaseUrl: release.url };
    const opened = await Promise.all([release.upgrade(), openUpgraded({ config, version: '9.9.9' })]);
    for (const database of opened) await database.close();
    assert.equal([...(await release.backups()), ...(await other.backups())].length, 1);
    same(await contentOf(release.url), await upgradedContent(mysql));
  });

  test('it is refused while another control plane serves, by name, and done once that one is gone', async () => {
    await using release = await openRelease(oldest, mysql);
    await (await release.upgrade()).close();
    const next: History = { ...history, '9998-next': async () => {} };
    const database = connectDatabase(release.url);
    const { db } = database;
    const self = { id: newId(), name: 'rack-9:/var/lib/loucloud', version: '0.1.0', beat: 0, started_at: 0 };
    await claimStore.register(db, self);
    const beating = setInterval(() => void claimStore.beat(db, self.id), 100);
    try {
      const expected = {
        name: 'ConfigError',
        message: /rack-9:.* stop all of them.*Nothing has been changed/s,
      };
      await assert.rejects(release.upgrade(next), expected);
      assert.deepEqual((await migrationsOf(db, next)).pending, ['9998-next']);
      assert.equal((await release.backups()).length, 1);
    } finally {
      clearInterval(beating);
    }
    await claimStore.remove(db, { id: self.id });
    await database.close();
    await (await release.upgrade(next)).close();
  });

  test('tables of others in the same database are never touched', async () => {
    await using release = await openRelease(oldest, mysql);
    const database = connectDatabase(release.url);
    const { db } = database;
    await db.schema.createTable('theirs').addColumn('id', 'integer').execute();
    await database.close();
    await assert.rejects(release.upgrade(breaking), { name: 'ConfigError' });
    const { content } = await contentOf(release.url);
    assert.ok('theirs' in content && !('broken' in content));
  });
});

/** Table by table: a difference is to be seen. */
function same(content: Content, expected: Content, why = ''): void {
  assert.deepEqual(content.done, expected.done, why);
  assert.deepEqual(Object.keys(content.content), Object.keys(expected.content), why);
  for (const [table, rows] of Object.entries(expected.content))
    assert.deepEqual(content.content[table], rows, `${table} ${why}`);
}

type Content = Awaited<ReturnType<typeof contentOf>>;

async function upgradedContent(kind: TestDatabase) {
  await using release = await openRelease(oldest, kind);
  await (await release.upgrade()).close();
  return await contentOf(release.url);
}

/** People log in and see what is theirs. */
async function worksOver(
  config: ReturnType<typeof readConfig>,
  database: Awaited<ReturnType<typeof openUpgraded>>,
) {
  const log = createLog('error');
  const hypervisor = libvirtHypervisor({ onError: () => undefined, probeGuest: new Uint8Array(512) });
  const { app } = await createControlPlane({ config, database, hypervisor, log, version: '9.9.9' });
  try {
    const logIn = async (name: string, password: string) => {
      const [origin = ''] = config.publicOrigins;
      const headers = { origin };
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        headers,
        payload: { name, password },
      });
      assert.equal(answer.statusCode, 201, answer.body);
      const [cookie] = answer.cookies;
      return { ...headers, cookie: `${cookie?.name}=${cookie?.value}` };
    };
    const vmsOf = async (headers: Record<string, string>) => {
      const answer = await app.inject({ url: '/api/v1/vms', headers });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json<Page<Vm>>().items;
    };
    const admin = await logIn('admin', 'correct horse battery');
    const all = await vmsOf(admin);
    assert.deepEqual(
      all.map(({ name }) => name),
      ['adopted', 'db', 'web'],
    );
    const theirs = await vmsOf(await logIn('lin', 'a long password'));
    assert.deepEqual(
      theirs.map(({ id }) => id),
      all.map(({ id }) => id),
    );
    assert.equal(theirs[0]?.ownerName, '林 & “Ann” 🦊');
    for (const path of [
      'hosts',
      'images',
      'templates',
      'networks',
      'users',
      'operations',
      'settings',
      'audit',
    ])
      assert.equal((await app.inject({ url: `/api/v1/${path}`, headers: admin })).statusCode, 200, path);
  } finally {
    await app.close();
    await hypervisor.close();
  }
}
