import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { configPath, readLogin, writeLogin } from '../../app/config-file.ts';
import { loucloud, makeHome } from '../../testing/command.ts';
import { page, sampleId, sampleMe, sampleToken } from '../../testing/samples.ts';
import { type Answers, Refused, SESSION_COOKIE, TableServer } from '../../testing/table-server.ts';

const SECRET = 'lc_s3cret';

const loginAnswers: Answers = {
  sessionCreate({ body }) {
    if (body.password !== 'correct horse') throw new Refused('bad_credentials');
    return sampleMe();
  },
  tokenCreate: ({ body }) => ({ token: sampleToken({ name: body.name }), secret: SECRET }),
  sessionDeleteCurrent: () => ({}),
  tokenDelete: () => ({}),
  meGet: () => sampleMe(),
};

const logIn = (server: TableServer, home: string, input = 'correct horse\n') =>
  loucloud(['login', server.url, '--name', 'ann', '--password-stdin'], { env: { HOME: home }, input });

test('logging in makes a token named after the machine, keeps it for its owner alone, and ends the session', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start(loginAnswers);
  const { status, stdout } = await logIn(server, home.path);
  const path = configPath({ HOME: home.path });
  assert.deepEqual([status, stdout], [0, `Logged in at ${server.url} as ann. The token is in ${path}.\n`]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readLogin(path), {
    url: server.url,
    token: SECRET,
    tokenId: sampleId(300),
    userName: 'ann',
  });
  assert.doesNotMatch(await readFile(path, 'utf8'), /horse/);
  assert.deepEqual(server.requests('tokenCreate')[0]?.body, {
    name: hostname().slice(0, 63),
    expiresInDays: null,
  });
  const withCookie = server.received.filter(({ headers }) => headers['cookie'] === SESSION_COOKIE);
  assert.deepEqual(
    withCookie.map(({ name }) => name),
    ['tokenCreate', 'sessionDeleteCurrent'],
  );
  assert.ok(
    withCookie.every(
      ({ headers }) => headers['sec-fetch-site'] === 'none' && headers['origin'] === undefined,
    ),
  );
});

test('later commands use what was kept', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start({ ...loginAnswers, vmList: () => page([]) });
  await logIn(server, home.path);
  const { status } = await loucloud(['vm', 'list'], { env: { HOME: home.path } });
  assert.equal(status, 0);
  assert.equal(server.received.at(-1)?.headers['authorization'], `Bearer ${SECRET}`);
});

test('a wrong password keeps nothing', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start(loginAnswers);
  const { status, stderr } = await logIn(server, home.path, 'wrong\n');
  assert.deepEqual([status, stderr], [1, 'The name or the password is wrong.\n']);
  assert.equal(await readLogin(configPath({ HOME: home.path })), null);
});

test('a token is sent to the address that it was made for, and to no other', async () => {
  await using home = await makeHome();
  await using ours = await TableServer.start(loginAnswers);
  await using other = await TableServer.start({});
  await logIn(ours, home.path);
  const { status, stderr } = await loucloud(['vm', 'list'], {
    env: { HOME: home.path, LOUCLOUD_URL: other.url },
  });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`no token for ${other.url}.*LOUCLOUD_TOKEN`));
  assert.deepEqual(other.received, []);
});

test('logging in again revokes the token of the last time', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start(loginAnswers);
  const path = configPath({ HOME: home.path });
  await writeLogin(path, { url: server.url, token: 'old', tokenId: sampleId(299), userName: 'ann' });
  await logIn(server, home.path);
  assert.deepEqual(
    server.requests('tokenDelete').map(({ params }) => params.tokenId),
    [sampleId(299)],
  );
  assert.equal(server.received.at(-1)?.headers['authorization'], 'Bearer old');
});

test('a token that was made elsewhere can be given', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start({ meGet: () => sampleMe() });
  const env = { HOME: home.path };
  const { status } = await loucloud(['login', server.url, '--token-stdin'], { env, input: 'given\n' });
  assert.equal(status, 0);
  assert.equal((await readLogin(configPath(env)))?.token, 'given');
  // Others may use it, so it is not revoked.
  assert.equal((await loucloud(['logout'], { env })).status, 0);
  assert.deepEqual(server.requests('tokenDelete'), []);
});

test('logging out revokes the token and forgets it', async () => {
  await using home = await makeHome();
  await using server = await TableServer.start(loginAnswers);
  await logIn(server, home.path);
  const { status, stdout } = await loucloud(['logout'], { env: { HOME: home.path } });
  assert.deepEqual([status, stdout], [0, `Logged out of ${server.url}.\n`]);
  assert.deepEqual(
    server.requests('tokenDelete').map(({ params }) => params.tokenId),
    [sampleId(300)],
  );
  assert.equal(await readLogin(configPath({ HOME: home.path })), null);
  assert.equal((await loucloud(['logout'], { env: { HOME: home.path } })).status, 1);
});

test('a server that is gone does not keep anybody logged in', async () => {
  await using home = await makeHome();
  const env = { HOME: home.path };
  await writeLogin(configPath(env), {
    url: 'http://127.0.0.1:1',
    token: 't',
    tokenId: sampleId(1),
    userName: 'ann',
  });
  const { status, stderr } = await loucloud(['logout'], { env });
  assert.equal(status, 0);
  assert.match(stderr, /may still be good/);
  assert.equal(await readLogin(configPath(env)), null);
});

test('a token is made with the password, because a token cannot make another', async () => {
  await using server = await TableServer.start(loginAnswers);
  const line = ['token', 'create', 'ci', '--expires-in-days', '30', '--password-stdin', '--quiet'];
  const { status, stdout } = await loucloud(line, { server, input: 'correct horse' });
  assert.deepEqual([status, stdout], [0, `${SECRET}\n`]);
  assert.deepEqual(server.requests('tokenCreate')[0]?.body, { name: 'ci', expiresInDays: 30 });
});

test('one’s own password is read in two lines, and never from the arguments', async () => {
  await using server = await TableServer.start({ ...loginAnswers, meChangePassword: () => ({}) });
  const input = 'correct horse\nbattery staple\n';
  const { status } = await loucloud(['password', '--password-stdin'], { server, input });
  assert.equal(status, 0);
  assert.deepEqual(server.requests('meChangePassword')[0]?.body, {
    currentPassword: 'correct horse',
    newPassword: 'battery staple',
  });
});
