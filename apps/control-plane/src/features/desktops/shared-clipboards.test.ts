import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { UserError } from '../../platform/errors.ts';
import { SharedClipboards } from './shared-clipboards.ts';

const seat = { hostId: 'host', vmId: 'vm' };

function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: string[] = [];
  const errors: unknown[] = [];
  let isWatchedElsewhere = false;
  let refusal: UserError | null = null;
  const clipboards = new SharedClipboards({
    host: (hostId) => ({
      async shareClipboard(vmId, isShared) {
        if (refusal) throw refusal;
        said.push(`${hostId} ${vmId} ${isShared}`);
      },
    }),
    isWatchedElsewhere: async () => isWatchedElsewhere,
    onError: (error) => errors.push(error),
    lingerMs: 1000,
    settleMs: 100,
  });
  return {
    clipboards,
    said,
    errors,
    after: async (ms: number) => {
      t.mock.timers.tick(ms);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    },
    watchElsewhere: () => (isWatchedElsewhere = true),
    refuse: () => (refusal = new UserError('host_unreachable')),
  };
}

test('it is shared with whoever comes, and no more once the last one has left for a while', async (t) => {
  const { clipboards, said, after } = setUp(t);
  const leave = clipboards.join(seat);
  const leaveToo = clipboards.join(seat);
  await after(100);
  leave();
  await after(1000);
  leaveToo();
  await after(999);
  assert.deepEqual(said, ['host vm true', 'host vm true']);
  await after(1);
  assert.deepEqual(said.at(-1), 'host vm false');
});

test('a page that comes back in time finds it as it was, and one on another host leaves that alone', async (t) => {
  const { clipboards, said, after } = setUp(t);
  const leave = clipboards.join(seat);
  await after(100);
  leave();
  await after(500);
  clipboards.join({ ...seat, hostId: 'other' });
  await after(400);
  clipboards.join(seat);
  await after(5000);
  assert.deepEqual(said, ['host vm true', 'other vm true', 'host vm true']);
});

test('who looks through another control plane keeps it', async (t) => {
  const { clipboards, said, after, watchElsewhere } = setUp(t);
  watchElsewhere();
  const leave = clipboards.join(seat);
  await after(100);
  leave();
  await after(1000);
  assert.deepEqual(said, ['host vm true']);
});

test('a host that refuses is told to the log, and asked again by the next one', async (t) => {
  const { clipboards, errors, after, refuse } = setUp(t);
  refuse();
  clipboards.join(seat);
  clipboards.join(seat);
  await after(100);
  assert.equal(errors.length, 2);
});

test('the screen comes first, and whoever looks for a moment only has none', async (t) => {
  const { clipboards, said, after } = setUp(t);
  const leave = clipboards.join(seat);
  await after(99);
  leave();
  await after(999);
  assert.deepEqual(said, []);
});
