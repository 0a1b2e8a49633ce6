import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { readBytes } from './read-bytes.ts';
import { ScreenRefusedError, secureScreen } from './vencrypt.ts';

const VERSION = Buffer.from('RFB 003.008\n');
const TLS = { host: '127.0.0.1', ca: '-' };

/** What a server says, step by step: after each it waits for so many bytes of the client's. */
type Script = readonly (readonly [said: Buffer | number[], waitsFor: number])[];

async function serverSaying(t: TestContext, script: Script): Promise<Socket> {
  const speak = async (socket: Socket): Promise<void> => {
    for (const [said, waitsFor] of script) {
      socket.write(Buffer.from(said));
      await readBytes(socket, waitsFor, AbortSignal.timeout(5000));
    }
    socket.end();
  };
  const server = createServer((socket) => {
    socket.on('error', () => {}); // a client that leaves is what these tests are about
    speak(socket).catch(() => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  t.after(() => {
    socket.destroy();
    server.close();
  });
  return socket;
}

const hello: Script[number] = [VERSION, 12];
const onlyVeNCrypt: Script[number] = [[1, 19], 1];
const version02: Script[number] = [[0, 2], 2];

const weaker: readonly (readonly [string, Script])[] = [
  ['another protocol', [[Buffer.from('HTTP/1.1 400'), 12]]],
  ['an older RFB', [[Buffer.from('RFB 003.003\n'), 12]]],
  ['no security at all', [hello, [[1, 1], 1]]],
  ['a password', [hello, [[1, 2], 1]]],
  ['certificates, and no security beside them', [hello, [[2, 19, 1], 1]]],
  ['nothing', [hello, [[0], 1]]],
  ['another VeNCrypt', [hello, onlyVeNCrypt, [[0, 1], 2]]],
  ['a version that it refuses', [hello, onlyVeNCrypt, version02, [[1, 0], 1]]],
  ['TLS without certificates', [hello, onlyVeNCrypt, version02, [[0, 1, 0, 0, 1, 1], 4]]],
  ['certificates with a password', [hello, onlyVeNCrypt, version02, [[0, 1, 0, 0, 1, 5], 4]]],
  ['a choice of two', [hello, onlyVeNCrypt, version02, [[0, 2, 0, 0, 1, 4, 0, 0, 1, 1], 4]]],
  ['no protection', [hello, onlyVeNCrypt, version02, [[0, 0], 4]]],
  ['what it then refuses', [hello, onlyVeNCrypt, version02, [[0, 1, 0, 0, 1, 4], 4], [[0], 1]]],
];
for (const [offer, script] of weaker) {
  test(`a screen that offers ${offer} is refused`, async (t) => {
    const socket = await serverSaying(t, script);
    await assert.rejects(secureScreen(socket, TLS, AbortSignal.timeout(5000)), ScreenRefusedError);
    assert.ok(socket.destroyed);
  });
}

test('a screen that ends or goes silent anywhere in the greeting is given up', async (t) => {
  const whole = Buffer.concat([VERSION, Buffer.from([1, 19, 0, 2, 0, 1, 0, 0, 1, 4, 1])]);
  for (let length = 0; length < whole.length; length++) {
    const said = whole.subarray(0, length);
    const ending = await serverSaying(t, [[said, 0]]);
    await assert.rejects(secureScreen(ending, TLS, AbortSignal.timeout(5000)), ScreenRefusedError);
    const silent = await serverSaying(t, [[said, 1000]]);
    await assert.rejects(secureScreen(silent, TLS, AbortSignal.timeout(20)), ScreenRefusedError);
    assert.ok(silent.destroyed);
  }
});
