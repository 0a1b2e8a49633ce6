import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArgumentError, ConnectError } from '../errors.ts';
import { Connection } from '../session/connection.ts';
import { parseUri } from './uri.ts';

// [URI, transport, user@host:port, socket path, what the server is asked for]
const cases: readonly (readonly [string, string, string, string | null, string])[] = [
  ['qemu:///system', 'unix', '', null, 'qemu:///system'],
  ['qemu+unix:///system?socket=/run/a/libvirt-sock', 'unix', '', '/run/a/libvirt-sock', 'qemu:///system'],
  ['qemu:///system?socket=/tmp/with%20space', 'unix', '', '/tmp/with space', 'qemu:///system'],
  ['test:///default', 'unix', '', null, 'test:///default'],
  ['test+unix:///default?socket=/s', 'unix', '', '/s', 'test:///default'],
  ['qemu+ssh://root@hv-1:2222/system?keyfile=/k', 'ssh', 'root@hv-1:2222', null, 'qemu:///system'],
  ['qemu+tls://hv-1/system', 'tls', 'hv-1', null, 'qemu:///system'],
  ['qemu+tls://[fd00::1]:16515/system', 'tls', 'fd00::1:16515', null, 'qemu:///system'],
  ['qemu+ssh://a%40b@hv-1/system', 'ssh', 'a@b@hv-1', null, 'qemu:///system'],
  ['qemu://hv-1/system', 'tls', 'hv-1', null, 'qemu:///system'],
  ['qemu+unix:///system?name=test:///default', 'unix', '', null, 'test:///default'],
  ['lxc:///system?other=1&socket=/s', 'unix', '', '/s', 'lxc:///system?other=1'],
];
for (const [uri, transport, host, socketPath, serverUri] of cases) {
  test(`uri: ${uri}`, () => {
    const parsed = parseUri(uri);
    const user = parsed.username === null ? '' : `${parsed.username}@`;
    const port = parsed.port === null ? '' : `:${parsed.port}`;
    assert.deepEqual(
      [parsed.transport, user + parsed.hostname + port, parsed.socketPath, parsed.serverUri],
      [transport, host, socketPath, serverUri],
    );
  });
}

for (const uri of ['', 'system', 'qemu:system', 'http//x']) {
  test(`uri: "${uri}" is refused`, () => {
    assert.throws(() => parseUri(uri), ArgumentError);
  });
}

test('plain TCP is refused with the reason', () => {
  assert.throws(
    () => parseUri('qemu+tcp://hv-1/system'),
    (e) => e instanceof ConnectError && e.reason === 'tcp_refused' && /no authentication/.test(e.message),
  );
});

test('a transport that needs credentials is refused by name', async () => {
  await assert.rejects(Connection.open({ uri: 'qemu+ssh://hv-1/system' }), /"ssh"/);
});

test('without a socket in the URI, the places of both kinds of libvirt are tried', async () => {
  await assert.rejects(
    Connection.open({ uri: 'nodriver:///session' }),
    (e) =>
      e instanceof ConnectError &&
      e.reason === 'libvirt_not_running' &&
      e.message.includes('libvirt-sock or') &&
      e.message.includes('virtnodriverd-sock'),
  );
});
