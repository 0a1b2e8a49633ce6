/** Who may look at a screen, and for how long: tickets, origins, and rights that end (PROMISES' console incidents; P-20, P-43). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Vm, consoleCloseCodes } from '@loucloud/api';
import { readScreen } from './rfb.ts';
import {
  type Login,
  World,
  connectConsole,
  createVm,
  finished,
  guestSpeaks,
  openConsole,
  waitFor,
} from './world.ts';

const codeOf = (reason: string): number =>
  Number(Object.entries(consoleCloseCodes).find(([, name]) => name === reason)?.[0]);

/** How the WebSocket was closed. */
function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }), { once: true });
  });
}

/** The status with which an upgrade is answered. */
async function upgrade(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol': 'loucloud, ticket.none',
    ...headers,
  };
  socket.write(
    `GET ${path} HTTP/1.1\r\n${Object.entries(lines)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1.1 (\d+)/.exec(answer.toString('latin1'))?.[1]);
}

describe('the way to a screen', () => {
  let world: World;
  let admin: Login;
  let lin: Login;
  let vm: Vm;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    for (const name of ['lin', 'wang'])
      await admin.call('userCreate', { body: { name, password: 'a long password' } });
    lin = await world.login('lin', 'a long password');
    vm = await createVm(lin.call, 'web-1');
  });
  after(() => world[Symbol.asyncDispose]());

  const ticketFor = (login: Login, id = vm.id) =>
    login.call('vmDesktop', { params: { vmId: id }, query: {} });
  const act = async (verb: 'vmStart' | 'vmPowerOff') => {
    const { operationId } = await lin.call(verb, { params: { vmId: vm.id } });
    await finished(lin.call, operationId);
  };

  const openDesktops = async (): Promise<number> => {
    const metrics = await (await fetch(`${world.url}/metrics`, { headers: { cookie: admin.cookie } })).text();
    return Number(/^loucloud_desktops (\d+)/m.exec(metrics)?.[1]);
  };

  test('only our own page may open it: a foreign, missing, null or other-port Origin gets 403', async () => {
    const { port } = new URL(world.url);
    for (const path of ['/api/v1/desktop', '/api/v1/serial-console']) {
      for (const origin of [
        'http://evil.example',
        'null',
        '',
        `http://127.0.0.1:${Number(port) + 1}`,
        `https://127.0.0.1:${port}`,
      ]) {
        assert.equal(await upgrade(world.url, path, { Origin: origin }), 403, `${path} from “${origin}”`);
      }
      const { hostname } = new URL(world.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      assert.match(answer.toString('latin1'), /^HTTP\/1\.1 403/);
      assert.equal(await upgrade(world.url, path, { Origin: world.url }), 101);
    }
  });

  test('no Host that a request names is ever let in (OSSN-0101)', async () => {
    for (let i = 0; i < 1000; i++) {
      const status = await upgrade(world.url, '/api/v1/desktop', {
        Host: `h${i}.example`,
        Origin: `http://h${i}.example`,
      });
      assert.equal(status, 403);
    }
    assert.equal(
      await upgrade(world.url, '/api/v1/desktop', { Host: 'h1.example', Origin: 'http://h1.example' }),
      403,
    );
  });

  test('a ticket is good once, for one kind of console, and guessing is refused', async () => {
    const { ticket, path } = await ticketFor(lin);
    const wrongKind = await connectConsole(world.url, '/api/v1/serial-console', ticket);
    assert.deepEqual(await closed(wrongKind), { code: codeOf('ticket_refused'), reason: 'ticket_refused' });

    const second = await ticketFor(lin);
    const first = await connectConsole(world.url, second.path, second.ticket);
    assert.ok((await (await readScreen(first)).frame()).width > 0);
    const again = await connectConsole(world.url, second.path, second.ticket);
    assert.equal((await closed(again)).code, codeOf('ticket_refused'));
    first.close();
    for (const guess of [vm.id, ticket, '', 'x'.repeat(5000)]) {
      const socket = await connectConsole(world.url, path, guess || 'none');
      assert.equal((await closed(socket)).code, codeOf('ticket_refused'));
    }
  });

  test('another user’s VM does not exist', async () => {
    const wang = await world.login('wang', 'a long password');
    await assert.rejects(ticketFor(wang), { status: 404 });
    await assert.rejects(wang.call('vmSerialConsole', { params: { vmId: vm.id } }), { status: 404 });
  });

  test('a ticket is for the VM’s present run: after a stop and a start it opens nothing', async () => {
    const { ticket, path } = await ticketFor(lin);
    await act('vmPowerOff');
    await assert.rejects(ticketFor(lin), { code: 'wrong_state' });
    await act('vmStart');
    const socket = await connectConsole(world.url, path, ticket);
    assert.equal((await closed(socket)).code, codeOf('ticket_refused'));
  });

  test('two may watch at once, and a stop tells both why', async () => {
    const sockets = [];
    for (const login of [lin, admin]) {
      const socket = await openConsole(login, 'desktop', vm.id);
      assert.ok((await (await readScreen(socket)).frame()).width > 0);
      sockets.push(socket);
    }
    const ends = sockets.map(closed);
    await act('vmPowerOff');
    for (const end of ends) assert.equal((await end).reason, 'vm_stopped');
    await act('vmStart');
  });

  test('a serial line has one reader: who had it is told that it was opened elsewhere', async () => {
    const first = await openConsole(lin, 'serial', vm.id);
    const end = closed(first);
    const second = await openConsole(admin, 'serial', vm.id);
    assert.equal((await end).code, codeOf('taken_over'));
    await guestSpeaks(second);
    second.close();
  });

  test('a screen ends within a second with the session it was opened with', async () => {
    const other = await world.login('lin', 'a long password');
    const socket = await openConsole(other, 'desktop', vm.id);
    await (await readScreen(socket)).frame();
    const end = closed(socket);
    const at = Date.now();
    await other.call('sessionDeleteCurrent');
    assert.equal((await end).code, codeOf('rights_ended'));
    assert.ok(Date.now() - at < 1000);
  });

  test('a screen ends within a second with its user’s rights', async () => {
    const socket = await openConsole(lin, 'desktop', vm.id);
    await (await readScreen(socket)).frame();
    const end = closed(socket);
    const at = Date.now();
    await admin.call('userUpdate', { params: { userId: vm.ownerId }, body: { isDisabled: true } });
    assert.equal((await end).code, codeOf('rights_ended'));
    assert.ok(Date.now() - at < 1000);
    await assert.rejects(lin.call('meGet'), { status: 401 });
    await admin.call('userUpdate', { params: { userId: vm.ownerId }, body: { isDisabled: false } });
    lin = await world.login('lin', 'a long password');
  });

  test('a VM has ten screens at most, and those who wait half-way hold up nobody', async () => {
    const { port, hostname } = new URL(world.url);
    const halfOpen = Array.from({ length: 200 }, () =>
      connect(Number(port), hostname).on('error', () => undefined),
    );
    const sockets = [];
    for (let i = 0; i < 10; i++) sockets.push(await openConsole(lin, 'desktop', vm.id));
    await waitFor('all ten are open', async () => (await openDesktops()) === 10);
    await assert.rejects(ticketFor(lin), { code: 'too_many_desktops' });
    assert.equal((await fetch(`${world.url}/healthz`)).status, 200);
    for (const socket of sockets) socket.close();
    for (const socket of halfOpen) socket.destroy();
    await waitFor('there is room again', async () => (await openDesktops()) === 0);
    await ticketFor(lin);
  });

  test('no ticket is in any log (OSSA-2020-001)', async () => {
    const { ticket, path } = await ticketFor(lin);
    const socket = await connectConsole(world.url, path, ticket);
    await (await readScreen(socket)).frame();
    socket.close();
    const log = await world.log();
    assert.ok(log.length > 0);
    assert.ok(!log.includes(ticket));
    assert.doesNotMatch(log, /ticket\.[\w-]{20,}/);
  });

  test('a deleted VM’s screen closes with the reason', async () => {
    const socket = await openConsole(lin, 'desktop', vm.id);
    await (await readScreen(socket)).frame();
    const end = closed(socket);
    const { operationId } = await lin.call('vmPurge', { params: { vmId: vm.id } });
    assert.match((await end).reason, /vm_stopped|vm_deleted/);
    await finished(lin.call, operationId);
  });
});
