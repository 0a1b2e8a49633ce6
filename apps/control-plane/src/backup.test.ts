/** What is backed up is what is restored, from every database into every database, while others change it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { openWorld } from './features/vms/test-world.ts';
import { type BackupEntry, rowsIn, verifyBackup, writeBackup } from './platform/backup/backup-file.ts';
import { RESTORED, isEmpty, loadRows, withRows } from './platform/backup/backup-store.ts';
import type { Db } from './platform/database/database.ts';
import { tables } from './platform/database/tables.ts';
import { testDatabases } from './platform/database/test-databases.ts';
import { EventLog } from './platform/events/event-log.ts';
import { operationStore } from './platform/operations/operation-store.ts';
import { OperationEngine } from './platform/operations/engine.ts';

const header = { version: '0', migration: '0001-first', madeAt: '2026-01-01T00:00:00.000Z' };

async function contentOf(db: Db): Promise<Map<string, string[]>> {
  const content = new Map<string, string[]>();
  for (const table of tables) {
    const rows = (await db.selectFrom(table).selectAll().execute()).map((row) =>
      JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    content.set(table, rows.filter((row) => !row.includes(`"${RESTORED}"`)).sort());
  }
  return content;
}

describe('backup', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const source of testDatabases)
    for (const target of testDatabases)
      test(`${source.name} → ${target.name}: every row is there again, and what was under way is given up`, async () => {
        await using world = await openWorld(source);
        const owner = await world.addUser('“张伟” <a&b>');
        const request = { name: 'web-{1..3}', description: 'line\n\t😀', templateId: world.templateId };
        const { items } = await world.vms.create(request, owner);
        // They stay as they are, not over: nothing changes while two databases are compared.
        await world.engine.stop();
        const path = join(folder, `${source.name}-${target.name}`);
        await withRows(world.database, (rows) => writeBackup(path, header, rows));
        assert.equal((await stat(path)).mode & 0o777, 0o600);
        assert.equal((await verifyBackup(path)).migration, header.migration);

        await using database = await target.open();
        assert.equal(await isEmpty(database), true);
        await loadRows(database, rowsIn(path), { mark: true });
        assert.equal(await isEmpty(database), false);
        assert.deepEqual(await contentOf(database.db), await contentOf(world.database.db));

        const engine = new OperationEngine({
          database,
          events: new EventLog(),
          log: pino({ level: 'silent' }),
        });
        await database.transact((tx) => engine.giveUpRestored(tx));
        for (const { operationId } of items) {
          const { state, error } = await operationStore.get(database.db, operationId);
          assert.deepEqual([state, error?.code], ['failed', 'backup_restored']);
        }
      });

  for (const source of testDatabases)
    test(`${source.name}: what was restored and never started is backed up and restored as well`, async () => {
      await using database = await source.open();
      const mark = { name: RESTORED, value: 'true' };
      await database.db.insertInto('setting').values(mark).execute();
      const path = join(folder, `restored-${source.name}`);
      await withRows(database, (rows) => writeBackup(path, header, rows));
      await using again = await source.open();
      await loadRows(again, rowsIn(path), { mark: true });
      const [only, ...others] = await again.db.selectFrom('setting').selectAll().execute();
      assert.deepEqual([{ ...only }, others], [mark, []]);
    });

  for (const source of testDatabases)
    test(`${source.name}: it is one moment, whatever happens meanwhile`, async () => {
      await using database = await source.open();
      const object = { kind: 'setting', id: 'x', name: 'x' } as const;
      const events = new EventLog();
      const note = (count: number) =>
        database.transact(async (tx) => {
          for (let i = 0; i < count; i++)
            await events.record(tx, {
              type: 'setting.changed',
              actor: null,
              object,
              ownerId: null,
              details: {},
            });
        });
      // More than one batch, so that reading takes several turns.
      await note(1000);
      const path = join(folder, `moment-${source.name}`);
      const writing = withRows(database, (rows) => writeBackup(path, header, rows));
      const changes = Array.from({ length: 10 }, () => note(7));
      await Promise.all([writing, ...changes]);
      let count = 0;
      for await (const entry of rowsIn(path)) if (entry.table === 'event') count++;
      assert.equal((count - 1000) % 7, 0, `${count} events`);
    });

  describe('the file', () => {
    const entries = async function* (): AsyncGenerator<BackupEntry> {
      for (let i = 0; i < 100; i++) yield { table: 'setting', row: { name: `n${i}`, value: 'x'.repeat(50) } };
    };
    const refused = (path: string, message: RegExp) =>
      assert.rejects(verifyBackup(path), { name: 'ConfigError', message });

    test('is never written over, and never half', async () => {
      const path = join(folder, 'whole');
      await writeBackup(path, header, entries());
      const before = await readFile(path);
      await assert.rejects(writeBackup(path, header, entries()), /exists already/);
      assert.deepEqual(await readFile(path), before);
      const failing = async function* (): AsyncGenerator<BackupEntry> {
        yield* entries();
        throw new Error('the database went away');
      };
      const half = join(folder, 'half');
      await assert.rejects(writeBackup(half, header, failing()), /went away/);
      for (const left of [half, `${half}.part`]) await assert.rejects(stat(left), /ENOENT/);
      await assert.rejects(writeBackup(join(folder, 'no/such'), header, entries()), /cannot be written/);
    });

    test('that is cut off or damaged anywhere, or is no backup, is refused before anything is done', async () => {
      const path = join(folder, 'good');
      await writeBackup(path, header, entries());
      const good = await readFile(path);
      const bad = join(folder, 'bad');
      for (const length of [0, 1, 20, good.length >> 1, good.length - 1]) {
        await writeFile(bad, good.subarray(0, length));
        await refused(bad, /bad (cannot be read as a backup|is not a backup|is damaged)/);
      }
      const flipped = Buffer.from(good);
      flipped[good.length >> 1] = (flipped[good.length >> 1] ?? 0) ^ 0x10;
      await writeFile(bad, flipped);
      await refused(bad, /cannot be read/);
      const lines = gunzipSync(good).toString().split('\n');
      for (const [text, message] of [
        [[...lines.slice(0, 5), ...lines.slice(6)].join('\n'), /damaged/],
        [lines.slice(0, -2).join('\n') + '\n', /damaged/],
        [lines.slice(1).join('\n'), /not a backup/],
        ['{}\n', /not a backup/],
        ['hello', /damaged/],
        ['hello\n', /cannot be read/],
      ] as const) {
        await writeFile(bad, gzipSync(text));
        await refused(bad, message);
      }
      await refused(join(folder, 'absent'), /There is no file/);
    });
  });
});
