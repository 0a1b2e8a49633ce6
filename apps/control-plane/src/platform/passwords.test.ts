import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, isPassword } from './passwords.ts';

test('a password is known by its hash, and no other is', async () => {
  const stored = await hashPassword('correct horse');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$=]{22}\$[^$=]{43}$/);
  assert.equal(await isPassword('correct horse', stored), true);
  assert.equal(await isPassword('Correct horse', stored), false);
  assert.equal(await isPassword('', stored), false);
});

test('the same password has another hash each time', async () => {
  assert.notEqual(await hashPassword('same'), await hashPassword('same'));
});

test('a hash made elsewhere, at another cost, is understood', async () => {
  // From the reference implementation's own tests (P-H-C/phc-winner-argon2, src/test.c).
  const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await isPassword('password', stored), true);
  assert.equal(await isPassword('passwort', stored), false);
});

test('a user that does not exist has no password, and refusing takes as long', async () => {
  const stored = await hashPassword('correct horse');
  const time = async (hash: string | null) => {
    const startedAt = performance.now();
    assert.equal(await isPassword('wrong horse', hash), false);
    return performance.now() - startedAt;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < 10; i++) {
    known.push(await time(stored));
    unknown.push(await time(null));
  }
  // The quickest of each: the machine may be busy with something else.
  const ratio = Math.min(...unknown) / Math.min(...known);
  assert.ok(ratio > 0.6 && ratio < 1.7, `unknown users are told by time: ${ratio}`);
});

test('a hash that is not argon2id is a fault, not a wrong password', async () => {
  await assert.rejects(isPassword('x', 'plain'), /not argon2id/);
});
