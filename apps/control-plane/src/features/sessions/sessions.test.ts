import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { hashSecret } from '../../platform/ids.ts';
import { PASSWORD, codeOf, openTestControlPlane } from '../../test-control-plane.ts';

for (const kind of testDatabases) {
  describe(`sessions on ${kind.name}`, () => {
    test('logging in answers who I am, and the cookie opens what is mine', async () => {
      await using cloud = await openTestControlPlane(kind);
      const answer = await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: PASSWORD });
      assert.equal(answer.statusCode, 201);
      const [cookie] = answer.cookies;
      assert.equal(cookie?.name, 'loucloud');
      assert.equal(cookie.httpOnly, true);
      assert.equal(cookie.sameSite, 'Strict');
      assert.equal(cookie.path, '/');
      assert.equal(cookie.domain, undefined);
      const me = await cloud.admin.send('GET', '/me');
      assert.equal(me.statusCode, 200);
      assert.equal(me.json().user.role, 'admin');
      assert.equal(me.headers['cache-control'], 'no-store');
    });

    test('over https the cookie is Secure and bound to this host', async () => {
      await using cloud = await openTestControlPlane(kind, {
        publicOrigins: ['https://cloud.example.org'],
        isSecure: true,
      });
      const answer = await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: PASSWORD });
      assert.match(
        String(answer.headers['set-cookie']),
        /^__Host-loucloud=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      assert.match(String(answer.headers['strict-transport-security']), /max-age/);
    });

    test('a name is known however a phone’s keyboard writes it', async () => {
      await using cloud = await openTestControlPlane(kind);
      const answer = await cloud.anonymous.send('POST', '/sessions', { name: ' Admin ', password: PASSWORD });
      assert.equal(answer.json().user.name, 'admin');
    });

    test('only hashes are stored', async () => {
      await using cloud = await openTestControlPlane(kind);
      const token = await cloud.withToken(cloud.admin);
      const secret = String(cloud.admin.headers['cookie']).replace('loucloud=', '');
      const sessions = await cloud.database.db.selectFrom('session').selectAll().execute();
      const tokens = await cloud.database.db.selectFrom('api_token').selectAll().execute();
      const kept = JSON.stringify([sessions, tokens]);
      assert.ok(!kept.includes(secret) && !kept.includes(token.secret));
      assert.ok(kept.includes(hashSecret(secret)) && kept.includes(hashSecret(token.secret)));
    });

    test('each login has another session, and the browser’s old one ends', async () => {
      await using cloud = await openTestControlPlane(kind);
      const first = await cloud.addMember('ann');
      const again = await first.send('POST', '/sessions', { name: 'ann', password: PASSWORD });
      assert.equal(again.statusCode, 201);
      assert.notEqual(`loucloud=${again.cookies[0]?.value}`, first.headers['cookie']);
      assert.equal((await first.send('GET', '/me')).statusCode, 401);
    });

    test('a session that an attacker planted is not the one that the login makes', async () => {
      await using cloud = await openTestControlPlane(kind);
      const planted = { headers: { cookie: 'loucloud=chosen-by-the-attacker' } };
      await cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: PASSWORD }, planted);
      const attacker = await cloud.anonymous.send('GET', '/me', undefined, planted);
      assert.equal(attacker.statusCode, 401);
    });

    test('logging out ends the session and takes the cookie back', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const answer = await ann.send('DELETE', '/session');
      assert.equal(answer.statusCode, 204);
      assert.match(String(answer.headers['set-cookie']), /^loucloud=; .*Expires=Thu, 01 Jan 1970/);
      assert.equal((await ann.send('GET', '/me')).statusCode, 401);
    });

    test('own sessions are listed and ended; others’ do not exist', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const atHome = await cloud.logIn('ann');
      const bob = await cloud.addMember('bob');
      const { items } = (await ann.send('GET', '/sessions')).json<{
        items: { id: string; isCurrent: boolean }[];
      }>();
      assert.equal(items.length, 2);
      const other = items.find(({ isCurrent }) => !isCurrent);
      assert.ok(other);
      assert.equal((await bob.send('DELETE', `/sessions/${other.id}`)).statusCode, 404);
      assert.equal((await atHome.send('GET', '/me')).statusCode, 200);
      assert.equal((await ann.send('DELETE', `/sessions/${other.id}`)).statusCode, 204);
      assert.equal((await atHome.send('GET', '/me')).statusCode, 401);
      assert.equal((await ann.send('GET', '/me')).statusCode, 200);
    });

    test('an idle session ends at the end of its lifetime; use makes it live on', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { db } = cloud.database;
      const ann = await cloud.addMember('ann');
      const hoursAgo = Date.now() - 11 * 3_600_000;
      await db
        .updateTable('session')
        .set({ last_used_at: hoursAgo, expires_at: hoursAgo + 12 * 3_600_000 })
        .where('user_id', '=', ann.id)
        .execute();
      assert.equal((await ann.send('GET', '/me')).statusCode, 200);
      const renewed = await db
        .selectFrom('session')
        .selectAll()
        .where('user_id', '=', ann.id)
        .executeTakeFirstOrThrow();
      assert.ok(renewed.expires_at > Date.now() + 11 * 3_600_000);
      await db
        .updateTable('session')
        .set({ expires_at: Date.now() - 1 })
        .where('user_id', '=', ann.id)
        .execute();
      assert.equal((await ann.send('GET', '/me')).statusCode, 401);
      await cloud.sessions.purgeExpired();
      const left = await db.selectFrom('session').selectAll().where('user_id', '=', ann.id).execute();
      assert.equal(left.length, 0);
    });

    test('an open event stream does not keep a session alive', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const long = Date.now() - 3_600_000;
      const { db } = cloud.database;
      await db.updateTable('session').set({ last_used_at: long }).where('user_id', '=', ann.id).execute();
      const address = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
      const stop = new AbortController();
      const { headers, signal } = { headers: ann.headers, signal: stop.signal };
      const stream = await fetch(`${address}/api/v1/events`, { headers, signal });
      assert.equal(stream.status, 200);
      const session = await db
        .selectFrom('session')
        .selectAll()
        .where('user_id', '=', ann.id)
        .executeTakeFirst();
      assert.equal(session?.last_used_at, long);
      stop.abort();
    });

    test('anonymous requests store nothing', async () => {
      await using cloud = await openTestControlPlane(kind);
      const count = async () => {
        const { sessions } = await cloud.database.db
          .selectFrom('session')
          .select((e) => e.fn.countAll<number>().as('sessions'))
          .executeTakeFirstOrThrow();
        return sessions;
      };
      const before = await count();
      const paths = ['/me', '/vms', '/settings', '/nowhere', '/events', '/openapi.json'];
      for (let i = 0; i < 300; i++) {
        const answers = await Promise.all(
          paths.map((path) =>
            cloud.anonymous.send('GET', path, undefined, { headers: { cookie: `loucloud=guess${i}` } }),
          ),
        );
        for (const { headers } of answers) assert.equal(headers['set-cookie'], undefined);
      }
      assert.equal(await count(), before);
    });
  });

  describe(`API tokens on ${kind.name}`, () => {
    test('a token has its user’s rights until it is revoked', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      assert.match(program.secret, /^loucloud_[\w-]{43}$/);
      const me = await program.send('GET', '/me');
      assert.equal(me.json().user.name, 'ann');
      assert.equal(me.json().sessionId, null);
      assert.equal((await program.send('GET', '/users')).statusCode, 403);
      assert.equal((await ann.send('DELETE', `/tokens/${program.tokenId}`)).statusCode, 204);
      assert.equal((await program.send('GET', '/me')).statusCode, 401);
    });

    test('a token makes no token, changes no password, and is not logged out of', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      const more = await program.send('POST', '/tokens', { name: 'more', expiresInDays: null });
      assert.equal(codeOf(more), 'forbidden');
      const passwords = { currentPassword: PASSWORD, newPassword: 'another horse' };
      assert.equal(codeOf(await program.send('POST', '/me/password', passwords)), 'forbidden');
      assert.equal(codeOf(await program.send('DELETE', '/session')), 'forbidden');
    });

    test('an expired token is refused', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      const program = await cloud.withToken(ann);
      await cloud.database.db
        .updateTable('api_token')
        .set({ expires_at: Date.now() - 1 })
        .where('id', '=', program.tokenId)
        .execute();
      assert.equal(codeOf(await program.send('GET', '/me')), 'unauthenticated');
    });

    test('a bad token never falls back to the cookie beside it', async () => {
      await using cloud = await openTestControlPlane(kind);
      for (const authorization of ['Bearer wrong', 'Bearer', 'Basic YTpi', '']) {
        const answer = await cloud.admin.send('GET', '/me', undefined, { headers: { authorization } });
        assert.equal(codeOf(answer), 'unauthenticated');
      }
    });
  });
}
