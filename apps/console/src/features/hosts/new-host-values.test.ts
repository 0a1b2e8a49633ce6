import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type NewHostValues,
  candidateOf,
  emptyHost,
  missingForCheck,
  missingParts,
  newHostOf,
  pinOf,
} from './new-host-values.ts';

const fingerprint = `SHA256:${'A'.repeat(43)}`;
const ssh: NewHostValues = { ...emptyHost, name: 'hv-02', hostname: 'hv-02' };

test('of a server over SSH the login and the confirmed key are sent', () => {
  const pin = { uri: 'qemu+ssh://root@hv-02/system', fingerprint };
  assert.deepEqual(newHostOf({ ...ssh, pin }), {
    name: 'hv-02',
    uri: 'qemu+ssh://root@hv-02/system',
    credentials: { kind: 'ownKey' },
    hostKey: fingerprint,
  });
});

test('a key that was confirmed of one address says nothing about another', () => {
  const pinned = { ...ssh, pin: { uri: 'qemu+ssh://root@hv-02/system', fingerprint } };
  assert.equal(pinOf(pinned), fingerprint);
  assert.equal(pinOf({ ...pinned, hostname: 'hv-03' }), null);
  assert.equal(candidateOf({ ...pinned, port: '2222' }).hostKey, undefined);
});

test('what was typed for another way is not sent', () => {
  const typed = { ...ssh, login: 'password', password: 'secret', ca: 'CA' } as const;
  assert.deepEqual(candidateOf({ ...typed, transport: 'local' }), { uri: 'qemu:///system' });
  assert.deepEqual(candidateOf(typed).credentials, { kind: 'password', password: 'secret' });
  assert.deepEqual(candidateOf({ ...typed, uri: 'qemu+tls://hv-02/system' }).credentials, {
    kind: 'certificate',
    ca: 'CA',
    certificate: '',
    key: '',
  });
});

test('the first thing that is missing is named', () => {
  assert.equal(missingForCheck(ssh), null);
  assert.equal(missingForCheck(emptyHost), 'hostname');
  assert.equal(missingForCheck({ ...ssh, username: '' }), 'username');
  assert.equal(missingForCheck({ ...ssh, login: 'privateKey' }), 'privateKey');
  assert.equal(missingForCheck({ ...ssh, transport: 'tls' }), 'ca');
  assert.equal(missingForCheck({ ...ssh, uri: ' ' }), 'uri');
  assert.deepEqual(Object.keys(missingParts({ ...emptyHost, username: '' })), ['hostname', 'username']);
  assert.deepEqual(missingParts({ ...emptyHost, transport: 'local' }), {});
});
