import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ApiError, type ErrorCode, consoleCloseCodes, errorCodes } from '@loucloud/api';
import { ConsoleLink, type LinkState, failureOfClose } from './console-link.ts';

class FakeSocket extends EventTarget {
  binaryType = '';
  closedWith: number | undefined;
  close(code: number): void {
    this.closedWith = code;
  }
  say(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  drop(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

const refusal = (code: ErrorCode) => new ApiError(errorCodes[code], { code, message: '', details: {} });

/** A link whose sockets and clock are in the test's hands. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  let refuse: ApiError | null = null;
  const told: number[] = [];
  let tickets = 0;
  let isHanging = false;
  const link = new ConsoleLink({
    getTicket: async () => {
      tickets += 1;
      if (isHanging) return new Promise<never>(() => undefined);
      if (refuse) throw refuse;
      return { ticket: `t${tickets}`, path: '/desktop' };
    },
    connect: (path, protocols) => {
      assert.equal(path, '/desktop');
      assert.deepEqual(protocols, ['loucloud', 'watchers', `ticket.t${tickets}`]);
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    onSocket: () => undefined,
    onState: (state) => states.push(state),
    onWatchers: (watchers) => told.push(watchers.others),
  });
  return {
    link,
    sockets,
    phase: () => states.at(-1)?.phase,
    failure: () => (states.at(-1) as { failure?: string }).failure,
    refuseWith: (code: ErrorCode | null) => (refuse = code && refusal(code)),
    tickets: () => tickets,
    told,
    hang: (value: boolean) => (isHanging = value),
    /** Lets the promises of a ticket run, after so much time. */
    after: async (ms: number) => {
      t.mock.timers.tick(ms);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
  };
}

test('each connection has a ticket of its own', async (t) => {
  const { link, sockets, after, phase } = setUp(t);
  link.start();
  await after(0);
  link.opened();
  assert.equal(phase(), 'open');
  sockets[0]?.drop(1006);
  assert.equal(phase(), 'retrying');
  await after(3000);
  assert.equal(sockets.length, 2);
});

// P-21.
test('however often it fails, the next try is 3 s away at most', async (t) => {
  const { link, sockets, after } = setUp(t);
  link.start();
  await after(0);
  for (let failures = 1; failures <= 12; failures += 1) {
    sockets.at(-1)?.drop(1006);
    await after(3000);
    assert.equal(sockets.length, failures + 1);
  }
});

test('a VM that is off is not asked again and again, but at once when it runs', async (t) => {
  const { link, refuseWith, after, phase, tickets, sockets } = setUp(t);
  refuseWith('wrong_state');
  link.start();
  await after(0);
  assert.equal(phase(), 'waiting');
  await after(60_000);
  assert.equal(tickets(), 1);
  refuseWith(null);
  link.wake();
  await after(0);
  assert.equal(sockets.length, 1);
});

for (const [code, reason] of Object.entries(consoleCloseCodes)) {
  test(`close code ${code} is told apart as ${reason}`, () =>
    assert.equal(failureOfClose(Number(code)), reason));
}

for (const code of [4403, 4404, 4423, 4429]) {
  test(`after close code ${code} only a person tries again`, async (t) => {
    const { link, sockets, after, phase, tickets } = setUp(t);
    link.start();
    await after(0);
    sockets[0]?.drop(code);
    await after(60_000);
    link.wake();
    await after(0);
    assert.equal(phase(), 'ended');
    assert.equal(tickets(), 1);
    link.start();
    await after(0);
    assert.equal(tickets(), 2);
  });
}

test('what is said beside the bytes is for the page alone', async (t) => {
  const { link, sockets, after, told } = setUp(t);
  link.start();
  await after(0);
  const heard: unknown[] = [];
  sockets[0]?.addEventListener('message', (event) => heard.push((event as MessageEvent).data));
  sockets[0]?.say('{"others":2,"names":[]}');
  sockets[0]?.say('bytes'.length);
  assert.deepEqual([told, heard], [[2], [5]]);
});

test('a try that hangs is given up, and the next one comes', async (t) => {
  const { link, sockets, after, hang, phase } = setUp(t);
  link.start();
  await after(0);
  link.opened();
  hang(true);
  sockets[0]?.drop(1006);
  await after(150);
  hang(false);
  await after(2250);
  assert.equal(phase(), 'retrying');
  await after(300);
  assert.equal(sockets.length, 2);
});

test('without a network the screen is lost at once, and back when there is one', async (t) => {
  const { link, sockets, after, phase, failure } = setUp(t);
  link.start();
  await after(0);
  link.opened();
  link.offline();
  assert.deepEqual([phase(), failure()], ['retrying', 'connection_lost']);
  link.wake();
  await after(0);
  assert.equal(sockets.length, 2);
});

// P-20.
test('which layer failed is known from the refused ticket too', async (t) => {
  const { link, refuseWith, after, phase, failure } = setUp(t);
  refuseWith('host_unreachable');
  link.start();
  await after(0);
  assert.equal(phase(), 'retrying');
  assert.equal(failure(), 'host_unreachable');
});

test('a stopped link opens nothing any more', async (t) => {
  const { link, sockets, after } = setUp(t);
  link.start();
  link.stop();
  await after(10_000);
  assert.equal(sockets.length, 0);
});
