/** The files in deploy/, with the real servers of Debian's packages: what they let through, and what they say of it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { controlPlaneCommand, controlPlaneEnvironment } from '../tools/control-plane.ts';
import { DEPLOY, Proxy, type ProxyName, type ProxyPlace, placeFor } from './proxies.ts';
import { readScreen } from './rfb.ts';
import { World, createVm, loginTo, openConsole, waitFor } from './world.ts';

/** A client that is not this machine, as the proxy sees it. */
const FAR_ADDRESS = '198.51.100.7';

let world: World;
const places = new Map<ProxyName, ProxyPlace>();
const proxies: readonly ProxyName[] = ['nginx', 'Apache', 'HAProxy'];

before(async () => {
  execFileSync('ip', ['address', 'add', `${FAR_ADDRESS}/32`, 'dev', 'lo']);
  for (const name of proxies) places.set(name, await placeFor(name));
  setDefaultCACertificates([...places.values()].map(({ certificate }) => certificate));
  const urls = [...places.values()].map(({ url }) => url);
  world = await World.open({ environment: { LOUCLOUD_PUBLIC_URL: urls.join() } });
});
after(() => world?.[Symbol.asyncDispose]());

for (const name of proxies)
  describe(`behind ${name}`, () => {
    let proxy: Proxy | undefined;
    let url: string;
    let place: ProxyPlace;

    before(async () => {
      const found = places.get(name);
      assert.ok(found);
      place = found;
      url = place.url;
      proxy = await Proxy.start(place, [new URL(world.url).host]);
    });
    after(() => proxy?.[Symbol.asyncDispose]());

    test('http leads to https, and the console is there', async () => {
      const answer = await fetch(`http://127.0.0.1:${place.httpPort}/machines`, { redirect: 'manual' });
      assert.equal(answer.status, 301);
      assert.match(answer.headers.get('location') ?? '', /^https:\/\/localhost/);
      const page = await fetch(url, { headers: { accept: 'text/html' } });
      assert.match(await page.text(), /<title>LouCloud/);
      assert.match(page.headers.get('strict-transport-security') ?? '', /max-age/);
    });

    test('a login gets a cookie for https alone, and another site’s requests are refused', async () => {
      const { cookie } = await loginTo(url, 'admin', 'correct horse battery');
      assert.match(cookie, /^__Host-/);
      const foreign = await fetch(`${url}/api/v1/sessions`, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'admin', password: 'correct horse battery' }),
      });
      assert.equal(foreign.status, 403);
    });

    test('who asked is the one who asked the proxy, whatever they claim', async () => {
      const { call } = await loginTo(url, 'admin', 'correct horse battery');
      const asked = request({
        host: '127.0.0.1',
        port: place.httpsPort,
        localAddress: FAR_ADDRESS,
        servername: 'localhost',
        method: 'POST',
        path: '/api/v1/sessions',
        headers: {
          host: new URL(url).host,
          origin: url,
          'content-type': 'application/json',
          'x-forwarded-for': '203.0.113.1',
        },
      });
      asked.end(JSON.stringify({ name: 'admin', password: 'wrong' }));
      const [answer] = await once(asked, 'response');
      assert.equal(answer.statusCode, 401);
      answer.resume();
      const { items } = await call('auditList', { query: {} });
      assert.equal(items.find(({ type }) => type === 'session.refused')?.address, FAR_ADDRESS);
    });

    test('events come as they happen, and a VM’s screen is seen', async () => {
      const login = await loginTo(url, 'admin', 'correct horse battery');
      const stream = await fetch(`${url}/api/v1/events`, { headers: { cookie: login.cookie } });
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      assert.ok(reader);
      let heard = '';
      const hear = async (text: string) => {
        while (!heard.includes(text)) {
          const { value, done } = await reader.read();
          assert.ok(!done, `ended without ${text}`);
          heard += value;
        }
      };
      await hear('retry:');
      const vm = await createVm(login.call, `behind-${name.toLowerCase()}`);
      await hear(vm.id);
      const screen = await readScreen(await openConsole(login, 'desktop', vm.id));
      assert.ok((await screen.frame()).width > 300);
      await reader.cancel();
    });
  });

describe('the service', () => {
  const unit = readFileSync(join(DEPLOY, 'loucloud.service'), 'utf8');

  test('is what systemd takes, without a complaint but that nothing is in /opt here', () => {
    const args = ['verify', '--man=no', join(DEPLOY, 'loucloud.service')];
    const { stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    assert.deepEqual(
      stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable: No such file')),
      [],
    );
  });

  test('starts the control plane as `npm start` does', () => {
    const [, ...words] = controlPlaneCommand('serve');
    const root = join(import.meta.dirname, '..');
    const command = words.map((word) => word.replace(root, '/opt/loucloud')).join(' ');
    assert.ok(unit.includes(`ExecStart=/opt/loucloud/node_modules/.bin/node ${command}\n`), command);
    for (const [name, value] of Object.entries(controlPlaneEnvironment('/x')))
      assert.ok(
        unit.includes(`Environment=${name}=${value.startsWith('/x') ? '/var/cache/loucloud' : value}\n`),
        name,
      );
  });

  test('is told when it serves, and when it stops', async () => {
    const socketPath = join(await mkdtemp(join(tmpdir(), 'notify-')), 'socket');
    const listener = spawn('perl', ['-MIO::Socket::UNIX', '-e', LISTEN, socketPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    listener.stdout.on('data', (text: Buffer) => (told += text.toString()));
    await waitFor('systemd’s place is there', async () => told.includes('listening'));
    try {
      await world.stop();
      await world.start({ NOTIFY_SOCKET: socketPath });
      await waitFor('systemd is told', async () => told.includes('READY=1'));
      assert.equal(await world.stop(), 0);
      await waitFor('systemd is told', async () => told.includes('STOPPING=1'));
    } finally {
      listener.kill();
    }
  });
});

const LISTEN = `$| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
print "listening\\n";
while (defined $socket->recv(my $text, 4096)) { print "$text\\n" }`;
