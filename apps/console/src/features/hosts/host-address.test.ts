import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, partsOf, transportIn } from './host-address.ts';

const ssh = { transport: 'ssh', hostname: 'hv-02', port: '', username: 'root' } as const;

test('an address is built of what was filled in', () => {
  assert.equal(addressOf({ ...ssh, transport: 'local' }), 'qemu:///system');
  assert.equal(addressOf(ssh), 'qemu+ssh://root@hv-02/system');
  assert.equal(addressOf({ ...ssh, port: '2222' }), 'qemu+ssh://root@hv-02:2222/system');
  assert.equal(addressOf({ ...ssh, transport: 'tls' }), 'qemu+tls://hv-02/system');
});

test('the usual port is left out, as the server leaves it out', () => {
  assert.equal(addressOf({ ...ssh, port: '22' }), 'qemu+ssh://root@hv-02/system');
  assert.equal(addressOf({ ...ssh, transport: 'tls', port: '16514' }), 'qemu+tls://hv-02/system');
});

test('an IPv6 address stands in brackets', () => {
  assert.equal(addressOf({ ...ssh, hostname: 'fd00::2' }), 'qemu+ssh://root@[fd00::2]/system');
});

test('a name cannot smuggle another server into the address', () => {
  assert.equal(addressOf({ ...ssh, username: 'root@evil/' }), 'qemu+ssh://root%40evil%2F@hv-02/system');
});

test('an address that was pasted fills the fields, and is the same when built again', () => {
  for (const address of [
    'qemu+ssh://root@hv-02/system',
    'qemu+ssh://cloud@10.0.0.2:2222/system',
    'qemu+ssh://root@[fd00::2]/system',
    'qemu+tls://hv-02.example.org/system',
    'qemu:///system',
  ]) {
    assert.equal(addressOf(partsOf(address)), address);
  }
});

test('half an address is no error', () => {
  for (const address of ['', 'q', 'qemu', 'qemu+ssh://', 'qemu+ssh://root@', 'qemu+ssh://root@hv:x/system'])
    assert.equal(typeof partsOf(address).hostname, 'string', address);
  assert.equal(transportIn('qemu+ssh://r'), 'ssh');
  assert.equal(transportIn('qemu://hv-02/system'), 'tls');
  assert.equal(transportIn('qemu+unix:///system?socket=/run/s'), 'local');
});
