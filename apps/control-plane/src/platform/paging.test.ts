import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from './database/test-databases.ts';
import { UserError } from './errors.ts';
import { newId } from './ids.ts';
import { type ListQuery, contains, selectPage } from './paging.ts';

const names = ['a', 'b', 'b', 'B_%', 'ü', '云-1', '云-2', 'z!'];

for (const kind of testDatabases) {
  describe(`paging on ${kind.name}`, () => {
    async function open() {
      const database = await kind.open();
      for (const [at, name] of names.entries()) {
        const row = {
          id: newId(),
          name: `${name}#${at}`,
          description: '',
          kind: 'bridge',
          source: 'br0',
        } as const;
        await database.db
          .insertInto('network')
          .values({ ...row, created_at: at % 3 })
          .execute();
      }
      const page = (query: ListQuery) => {
        let from = database.db.selectFrom('network').selectAll();
        if (query.search !== undefined) from = from.where(contains('network.name', query.search));
        const columns = { name: 'network.name', createdAt: 'network.created_at' };
        return selectPage(from, { query, columns, defaultSort: 'name', idColumn: 'network.id' });
      };
      return { database, page };
    }

    for (const sort of ['name', '-name', 'createdAt', '-createdAt']) {
      test(`pages of 3 sorted by ${sort} show every row once, in order`, async () => {
        const { database, page } = await open();
        await using _ = database;
        const seen: { name: string; created_at: number }[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const answer = await page({ limit: 3, sort, ...(cursor !== undefined && { cursor }) });
          assert.equal(answer.total, names.length);
          seen.push(...answer.rows);
          cursor = answer.nextCursor;
        }
        assert.equal(new Set(seen.map((row) => row.name)).size, names.length);
        const keys = seen.map((row) =>
          sort.endsWith('name') ? Buffer.from(row.name).toString('hex') : row.created_at,
        );
        const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        assert.deepEqual(keys, sort.startsWith('-') ? sorted.reverse() : sorted);
      });
    }

    test('search takes % and _ as themselves', async () => {
      const { database, page } = await open();
      await using _ = database;
      const found = async (search: string) => (await page({ search })).rows.map((row) => row.name);
      assert.deepEqual(await found('_%'), ['B_%#3']);
      assert.deepEqual(await found('云'), ['云-1#5', '云-2#6']);
      assert.deepEqual(await found('z!'), ['z!#7']);
      assert.deepEqual(await found('b'), ['B_%#3', 'b#1', 'b#2']);
    });

    test('a cursor that we did not make, or for another sort, is refused', async () => {
      const { database, page } = await open();
      await using _ = database;
      const { nextCursor } = await page({ limit: 1 });
      const foreign = Buffer.from('{"sort":"name","value":{},"id":1}').toString('base64url');
      for (const query of [
        { cursor: 'x' },
        { cursor: foreign },
        { cursor: nextCursor ?? '', sort: '-name' },
        { sort: 'id' },
      ]) {
        await assert.rejects(
          page(query),
          (error) => error instanceof UserError && error.code === 'invalid_request',
        );
      }
    });
  });
}
