import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testDatabases } from '../../platform/database/test-databases.ts';
import { UserError } from '../../platform/errors.ts';
import { PASSWORD, codeOf, openTestControlPlane } from '../../test-control-plane.ts';
import { type Attempt, LoginBackoff } from './login-backoff.ts';

/** A clock that is set by hand, and a guesser. */
function setUp() {
  let now = 1_000_000;
  const backoff = new LoginBackoff(() => now);
  return {
    backoff,
    pass: (ms: number) => void (now += ms),
    /** Seconds to wait; 0: the try was taken. */
    tryOnce: (attempt: Partial<Attempt>): number => {
      try {
        backoff.take({ name: 'admin', address: '192.0.2.1', isKnownPlace: false, ...attempt });
        return 0;
      } catch (error) {
        assert.ok(error instanceof UserError && error.code === 'too_many_requests');
        return Number(error.details['retryAfterSeconds']);
      }
    },
  };
}

test('five tries are free, then each waits twice as long, at most a minute', () => {
  const { tryOnce, pass } = setUp();
  for (let i = 0; i < 5; i++) assert.equal(tryOnce({}), 0);
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    const wait = tryOnce({});
    waits.push(wait);
    pass(wait * 1000);
    assert.equal(tryOnce({}), 0);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('refused tries do not make the wait longer', () => {
  const { tryOnce, pass } = setUp();
  for (let i = 0; i < 5; i++) tryOnce({});
  for (let i = 0; i < 1000; i++) assert.equal(tryOnce({}), 1);
  pass(1000);
  assert.equal(tryOnce({}), 0);
});

test('an account’s guessers are counted together, wherever they are', () => {
  const { tryOnce } = setUp();
  for (let i = 0; i < 5; i++) assert.equal(tryOnce({ address: `192.0.2.${i}` }), 0);
  assert.equal(tryOnce({ address: '192.0.2.99' }), 1);
  assert.equal(tryOnce({ name: 'somebody-else', address: '192.0.2.99' }), 0);
});

test('one address that tries many accounts has to wait', () => {
  const { tryOnce } = setUp();
  for (let i = 0; i < 20; i++) assert.equal(tryOnce({ name: `user${i}` }), 0);
  assert.equal(tryOnce({ name: 'user20' }), 1);
  assert.equal(tryOnce({ name: 'user20', address: '192.0.2.2' }), 0);
});

test('the addresses of one IPv6 network count as one', () => {
  const { tryOnce } = setUp();
  for (let i = 0; i < 20; i++) assert.equal(tryOnce({ name: `user${i}`, address: `2001:db8:1:2::${i}` }), 0);
  assert.equal(tryOnce({ name: 'x', address: '2001:db8:1:2:ffff::1' }), 1);
  assert.equal(tryOnce({ name: 'x', address: '2001:db8:1:3::1' }), 0);
});

test('nobody is kept out by a stranger who guesses: not where they have logged in, and not at the box', () => {
  const { tryOnce, pass } = setUp();
  for (let i = 0; i < 60; i++) {
    tryOnce({ address: `198.51.100.${i}` });
    pass(60_000);
  }
  assert.ok(tryOnce({ address: '198.51.100.200' }) === 0 && tryOnce({ address: '198.51.100.201' }) > 0);
  assert.equal(tryOnce({ address: '203.0.113.5', isKnownPlace: true }), 0);
  assert.equal(tryOnce({ address: '127.0.0.1' }), 0);
  assert.equal(tryOnce({ address: '::ffff:127.0.0.1' }), 0);
});

test('a success clears the account, and a quarter of an hour clears everything', () => {
  const { backoff, tryOnce, pass } = setUp();
  for (let i = 0; i < 5; i++) tryOnce({});
  backoff.succeeded({ name: 'admin', address: '192.0.2.1', isKnownPlace: false });
  for (let i = 0; i < 5; i++) assert.equal(tryOnce({}), 0);
  assert.ok(tryOnce({}) > 0);
  pass(15 * 60_000);
  assert.equal(tryOnce({}), 0);
});

test('a flood of names takes no more than so much memory', () => {
  const { tryOnce } = setUp();
  for (let i = 0; i < 50_000; i++)
    tryOnce({ name: `user${i}`, address: `10.${i % 256}.${(i >> 8) % 256}.1` });
  assert.equal(tryOnce({ name: 'user0', address: '10.0.0.1' }), 0);
});

for (const kind of testDatabases) {
  describe(`guessing passwords on ${kind.name}`, () => {
    test('wrong password, unknown user and disabled user cannot be told apart', async () => {
      await using cloud = await openTestControlPlane(kind);
      const ann = await cloud.addMember('ann');
      await cloud.admin.send('PATCH', `/users/${ann.id}`, { isDisabled: true });
      const tries = [
        { name: 'admin', password: 'wrong password' },
        { name: 'nobody', password: 'wrong password' },
        { name: 'ann', password: PASSWORD },
        { name: 'ann', password: 'wrong password' },
        { name: '<script>', password: '' },
      ];
      const answers = [];
      for (const body of tries) answers.push(await cloud.anonymous.send('POST', '/sessions', body));
      for (const answer of answers) {
        assert.equal(answer.statusCode, 401);
        const { requestId: _, ...reply } = answer.json();
        assert.deepEqual(reply, { code: 'bad_credentials', message: 'bad credentials', details: {} });
        assert.deepEqual(Object.keys(answer.headers), Object.keys(answers[0]?.headers ?? {}));
      }
    });

    test('waiting is asked of names that nobody has just as well', async () => {
      await using cloud = await openTestControlPlane(kind);
      for (const name of ['admin', 'nobody']) {
        const from = { remoteAddress: name === 'admin' ? '192.0.2.10' : '192.0.2.11' };
        const guess = () => cloud.anonymous.send('POST', '/sessions', { name, password: 'guess' }, from);
        const codes: string[] = [];
        for (let i = 0; i < 6; i++) codes.push(codeOf(await guess()));
        assert.deepEqual(codes, [...Array<string>(5).fill('bad_credentials'), 'too_many_requests']);
        const refused = await guess();
        assert.equal(refused.statusCode, 429);
        assert.ok(Number(refused.headers['retry-after']) >= 1);
      }
    });

    test('many guesses at once do not slip through', async () => {
      await using cloud = await openTestControlPlane(kind);
      const from = { remoteAddress: '192.0.2.10' };
      const guesses = Array.from({ length: 60 }, (_, i) =>
        cloud.anonymous.send('POST', '/sessions', { name: 'admin', password: `guess ${i}` }, from),
      );
      const startedAt = Date.now();
      const codes = (await Promise.all(guesses)).map(codeOf);
      // On a slow machine waits of 1, 2, 4… s may end before the last guess comes; each lets one more through.
      const waitsOver = Math.floor(Math.log2((Date.now() - startedAt) / 1000 + 1));
      const looked = codes.filter((code) => code === 'bad_credentials').length;
      assert.ok(looked >= 5 && looked <= 5 + waitsOver, `${looked} looked at, ${waitsOver} waits over`);
    });

    test('under attack, the admin still gets in from where they work', async () => {
      await using cloud = await openTestControlPlane(kind);
      const body = { name: 'admin', password: PASSWORD };
      const office = { remoteAddress: '203.0.113.7' };
      assert.equal((await cloud.anonymous.send('POST', '/sessions', body, office)).statusCode, 201);
      const attack = (i: number) =>
        cloud.anonymous.send(
          'POST',
          '/sessions',
          { name: 'admin', password: 'guess' },
          { remoteAddress: `198.51.100.${i}` },
        );
      for (let i = 0; i < 6; i++) await attack(i);
      assert.equal((await attack(7)).statusCode, 429);
      assert.equal((await cloud.anonymous.send('POST', '/sessions', body, office)).statusCode, 201);
      const box = { remoteAddress: '127.0.0.1' };
      assert.equal((await cloud.anonymous.send('POST', '/sessions', body, box)).statusCode, 201);
    });

    test('what was typed as a name that nobody has is kept nowhere', async () => {
      await using cloud = await openTestControlPlane(kind);
      await cloud.anonymous.send('POST', '/sessions', { name: 'my-secret-password', password: 'admin' });
      const events = await cloud.database.db.selectFrom('event').selectAll().execute();
      assert.equal(events.filter(({ type }) => type === 'session.refused').length, 1);
      assert.ok(!JSON.stringify(events).includes('my-secret-password'));
      assert.ok(!cloud.logged().includes('my-secret-password'));
    });
  });
}
