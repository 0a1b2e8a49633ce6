/** What LouCloud logs in to hosts with: taken, kept sealed, never given out again. */
import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Accepted, Host, HostCredentials, Operation, ReplyFor } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { type TestControlPlane, codeOf, openTestControlPlane } from '../../test-control-plane.ts';
import { SecretBox } from '../../platform/secrets/secret-box.ts';
import { testObjects } from '../../test-objects.ts';
import { newSshKeyPair } from './own-ssh-key.ts';

/** Found nowhere by chance. */
const SECRET = 'zebra-7f3c-secret';
const password: HostCredentials = { kind: 'password', password: SECRET };
const privateKey: HostCredentials = { kind: 'privateKey', privateKey: `BEGIN ${SECRET}`, passphrase: SECRET };
const certificate: HostCredentials = { kind: 'certificate', ca: SECRET, certificate: SECRET, key: SECRET };
const tables = ['host', 'operation', 'event', 'secret', 'setting'] as const;

async function everything(db: Db): Promise<string> {
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

const secretNames = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('secret').select('name').execute()).map(({ name }) => name);

async function finished(cloud: TestControlPlane, accepted: Accepted): Promise<Operation> {
  await cloud.engine.settled(accepted.operationId);
  return (await cloud.admin.send('GET', `/operations/${accepted.operationId}`)).json<Operation>();
}

/** As one that an SSH host would have become; nobody answers there. */
async function sshHost(cloud: TestControlPlane, uri: string): Promise<string> {
  const id = await testObjects.host(cloud.database.db);
  const secret = `host:${id}`;
  const box = new SecretBox(join(cloud.config.dataDir, 'secret.key'));
  const sealed = await box.seal(JSON.stringify({ kind: 'ownKey' }), secret);
  await cloud.database.db.insertInto('secret').values({ name: secret, sealed }).execute();
  const hostKey = JSON.stringify({ type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` });
  const changes = { uri, transport: 'ssh', credential_kind: 'ownKey', host_key: hostKey } as const;
  await cloud.database.db.updateTable('host').set(changes).where('id', '=', id).execute();
  return id;
}

for (const kind of testDatabases) {
  describe(`credentials of hosts on ${kind.name}`, () => {
    for (const [uri, credentials] of [
      ['qemu+ssh://root@nowhere.invalid/system', password],
      ['qemu+ssh://root@nowhere.invalid/system', privateKey],
      ['qemu+tls://nowhere.invalid/system', certificate],
    ] as const) {
      test(`${credentials.kind}: a check and a failed add leave no trace of them`, async () => {
        await using cloud = await openTestControlPlane(kind);
        const { db } = cloud.database;
        for (const [path, name] of [
          ['/hosts/check', {}],
          ['/hosts', { name: 'hv-1' }],
        ] as const) {
          const answer = await cloud.admin.send('POST', path, { ...name, uri, credentials });
          assert.equal(answer.statusCode, 202, answer.body);
          const operation = await finished(cloud, answer.json<Accepted>());
          assert.deepEqual([operation.state, operation.error?.code], ['failed', 'host_check_failed']);
          assert.doesNotMatch(JSON.stringify(operation), /zebra/);
        }
        assert.doesNotMatch(await everything(db), /zebra/);
        assert.doesNotMatch(cloud.logged(), /zebra/);
        assert.deepEqual(await secretNames(db), []);
      });
    }

    test('while an operation needs them they lie sealed in the database', async () => {
      await using cloud = await openTestControlPlane(kind);
      const id = await sshHost(cloud, 'qemu+ssh://root@127.0.0.1:1/system');
      const answer = await cloud.admin.send('PATCH', `/hosts/${id}`, { credentials: password });
      assert.equal(answer.statusCode, 200, answer.body);
      assert.equal(answer.json<Host>().credentialKind, 'password');
      assert.doesNotMatch(answer.body, /zebra/);
      assert.doesNotMatch(await everything(cloud.database.db), /zebra/);
      assert.deepEqual(await secretNames(cloud.database.db), [`host:${id}`]);
      const audit = await cloud.admin.send('GET', `/audit?objectId=${id}`);
      assert.match(audit.body, /"changed":\["credentials"\]/);
      assert.doesNotMatch(audit.body, /zebra/);
      assert.doesNotMatch(cloud.logged(), /zebra/);

      assert.equal((await cloud.admin.send('DELETE', `/hosts/${id}`)).statusCode, 204);
      assert.deepEqual(await secretNames(cloud.database.db), []);
    });

    test('a host whose credentials do not open is unreachable for that reason, and the start goes on', async () => {
      await using cloud = await openTestControlPlane(kind);
      const { db } = cloud.database;
      const id = await sshHost(cloud, 'qemu+ssh://root@127.0.0.1:1/system');
      const lost = await sshHost(cloud, 'qemu+ssh://root@127.0.0.1:2/system');
      await db.deleteFrom('secret').where('name', '=', `host:${lost}`).execute();
      const other = new SecretBox(join(cloud.config.dataDir, 'other.key'));
      const sealed = await other.seal('{}', `host:${id}`);
      await db.updateTable('secret').set({ sealed }).where('name', '=', `host:${id}`).execute();
      await cloud.hosts.joinAll();
      const without = (await cloud.admin.send('GET', `/hosts/${lost}`)).json<Host>();
      assert.deepEqual([without.health, without.healthReason], ['unreachable', 'credentials_unreadable']);
      const host = (await cloud.admin.send('GET', `/hosts/${id}`)).json<Host>();
      assert.deepEqual([host.health, host.healthReason], ['unreachable', 'credentials_unreadable']);
      assert.match(String(host.healthDetails['reason']), /does not open with .*secret\.key/);
      const recheck = await cloud.admin.send('POST', `/hosts/${id}/check`);
      assert.equal((await finished(cloud, recheck.json<Accepted>())).error?.code, 'credentials_unreadable');
    });

    test('a new key for the host is accepted by its fingerprint alone, for SSH alone', async () => {
      await using cloud = await openTestControlPlane(kind);
      const fingerprint = `SHA256:${'b'.repeat(43)}`;
      const id = await sshHost(cloud, 'qemu+ssh://root@127.0.0.1:1/system');
      const seen = { type: 'ssh-rsa', fingerprint, expected: 'x' };
      await cloud.hosts.onLost(id, { code: 'host_key_changed', details: seen });
      const red = (await cloud.admin.send('GET', `/hosts/${id}`)).json<Host>();
      assert.deepEqual([red.health, red.healthReason], ['unreachable', 'host_key_changed']);
      assert.deepEqual(red.healthDetails, seen);
      const changed = await cloud.admin.send('PATCH', `/hosts/${id}`, { hostKey: fingerprint });
      assert.deepEqual(changed.json<Host>().hostKey, { type: 'ssh-rsa', fingerprint });
      const local = await testObjects.host(cloud.database.db);
      for (const body of [{ hostKey: fingerprint }, { credentials: password }]) {
        const answer = await cloud.admin.send('PATCH', `/hosts/${local}`, body);
        assert.equal(codeOf(answer), 'invalid_request', answer.body);
      }
      const malformed = await cloud.admin.send('PATCH', `/hosts/${id}`, { hostKey: 'SHA256:short' });
      assert.equal(codeOf(malformed), 'invalid_request');
    });

    test('what the way does not take, or lacks, is refused before anything begins', async () => {
      await using cloud = await openTestControlPlane(kind);
      const refused = async (uri: string, credentials?: HostCredentials) =>
        codeOf(await cloud.admin.send('POST', '/hosts/check', { uri, ...(credentials && { credentials }) }));
      assert.equal(await refused('qemu+tls://hv-1/system'), 'credentials_missing');
      assert.equal(await refused('qemu+tls://hv-1/system', password), 'invalid_request');
      assert.equal(await refused('qemu+ssh://root@hv-1/system', certificate), 'invalid_request');
      assert.equal(await refused('qemu+ssh://root@hv-1/system', { kind: 'password' }), 'invalid_request');
      assert.equal(await refused('qemu:///system', password), 'invalid_request');
      assert.equal(await refused('qemu+tcp://hv-1/system'), 'uri_tcp_refused');
      assert.equal((await cloud.admin.send('GET', '/operations')).json<{ total: number }>().total, 0);
      assert.deepEqual(await secretNames(cloud.database.db), []);
    });

    test('LouCloud’s own SSH key is made once, and only its public half is shown', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ask = async () => (await cloud.admin.send('GET', '/ssh-key')).json<ReplyFor<'sshKeyGet'>>();
      const [first, second] = await Promise.all([ask(), ask()]);
      assert.deepEqual(first, second);
      const [type, blob = '', comment] = first.publicKey.split(' ');
      assert.deepEqual([type, comment], ['ssh-ed25519', 'loucloud']);
      const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
      assert.equal(first.fingerprint, `SHA256:${digest.slice(0, 43)}`);
      assert.doesNotMatch(await everything(cloud.database.db), /OPENSSH/);
      assert.equal((await readFile(join(cloud.config.dataDir, 'secret.key'))).length, 32);
    });
  });
}

test('the private half is of the public one', () => {
  const { privateKey: text, publicKey } = newSshKeyPair();
  const body = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
  assert.equal(body.toString('latin1', 0, 14), 'openssh-key-v1');
  // The point stands at the end of the public blob, and again behind the seed.
  const point = Buffer.from(publicKey, 'base64').subarray(-32);
  const seedAt = body.lastIndexOf(point) - 32;
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: body.subarray(seedAt, seedAt + 32).toString('base64url'),
    x: point.toString('base64url'),
  };
  const data = Buffer.from('x');
  const signature = sign(null, data, createPrivateKey({ key: jwk, format: 'jwk' }));
  assert.ok(verify(null, data, createPublicKey({ key: jwk, format: 'jwk' }), signature));
});
