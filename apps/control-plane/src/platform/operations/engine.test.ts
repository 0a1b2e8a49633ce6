import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { OperationProgress } from '@loucloud/api';
import { pino } from 'pino';
import type { Database } from '../database/database.ts';
import { testDatabases } from '../database/test-databases.ts';
import { UserError } from '../errors.ts';
import { EventLog } from '../events/event-log.ts';
import { newId } from '../ids.ts';
import { OperationEngine } from './engine.ts';
import { type OperationType, type Outcome, type Step, type StepContext, operation } from './operation.ts';
import { operationStore } from './operation-store.ts';

interface Input {
  readonly marks: string;
}

const silent = pino({ level: 'silent' });

function engineOn(database: Database, ...types: readonly OperationType<Input>[]) {
  const undoBackoff = { minMs: 1, maxMs: 5 };
  const engine = new OperationEngine({ database, events: new EventLog(), log: silent, undoBackoff });
  engine.register(...types);
  return engine;
}

const startOptions = (hostId: string | null = null) => ({
  input: { marks: 'x' },
  actor: null,
  ownerId: null,
  object: { kind: 'vm', id: newId(), name: 'web-1' } as const,
  hostId,
});

async function run(database: Database, engine: OperationEngine, type: OperationType<Input>) {
  const id = await database.transact((tx) => engine.start(tx, type, startOptions()));
  await engine.settled(id);
  return operationStore.get(database.db, id);
}

/** Steps that write down what happens to them. */
function traced(names: readonly string[], failing?: string) {
  const trace: string[] = [];
  const steps = names.map((name): Step<Input> => ({
    name,
    timeoutMs: 5000,
    async run() {
      trace.push(name);
      if (name === failing) throw new UserError('pool_full', { pool: 'p' });
    },
    undo: async () => void trace.push(`undo ${name}`),
  }));
  return { trace, steps };
}

for (const kind of testDatabases) {
  describe(`operation engine on ${kind.name}`, () => {
    test('the steps run in order and the operation is done', async () => {
      await using database = await kind.open();
      const { trace, steps } = traced(['a', 'b', 'c']);
      const type = operation<Input>({ type: 'vm.create', onRestart: 'resume', steps });
      const done = await run(database, engineOn(database, type), type);
      assert.equal(done.state, 'done');
      assert.deepEqual(trace, ['a', 'b', 'c']);
      assert.ok(done.steps.every((step) => step.state === 'done'));
    });

    test('a failed step undoes itself and those before it, in reverse, and keeps the reason', async () => {
      await using database = await kind.open();
      const { trace, steps } = traced(['a', 'b', 'c'], 'b');
      const outcomes: Outcome['state'][] = [];
      const finish = async (_: unknown, __: Input, outcome: Outcome) => void outcomes.push(outcome.state);
      const type = operation<Input>({ type: 'vm.create', onRestart: 'resume', steps, finish });
      const failed = await run(database, engineOn(database, type), type);
      assert.equal(failed.state, 'failed');
      assert.deepEqual(failed.error, { code: 'pool_full', details: { pool: 'p' } });
      assert.deepEqual(trace, ['a', 'b', 'undo b', 'undo a']);
      assert.deepEqual(outcomes, ['failed']);
    });

    test('a step past its deadline fails with deadline_exceeded', async () => {
      await using database = await kind.open();
      const steps: Step<Input>[] = [{ name: 'hang', timeoutMs: 20, run: () => new Promise(() => {}) }];
      const type = operation<Input>({ type: 'vm.start', onRestart: 'resume', steps });
      const failed = await run(database, engineOn(database, type), type);
      assert.equal(failed.error?.code, 'deadline_exceeded');
    });

    test('a transaction that is rolled back starts nothing', async () => {
      await using database = await kind.open();
      const { trace, steps } = traced(['a']);
      const type = operation<Input>({ type: 'vm.start', onRestart: 'resume', steps });
      const engine = engineOn(database, type);
      const failing = database.transact(async (tx) => {
        await engine.start(tx, type, startOptions());
        throw new Error('rolled back');
      });
      await assert.rejects(failing, /rolled back/);
      assert.equal(engine.activeCount, 0);
      assert.deepEqual(trace, []);
      assert.equal((await operationStore.list(database.db, {})).total, 0);
    });

    for (const [rule, expected] of [
      ['resume', { state: 'done', trace: ['b', 'c'] }],
      ['undo', { state: 'failed', trace: ['undo b', 'undo a'] }],
    ] as const) {
      test(`what a killed control plane left is taken up by the rule "${rule}"`, async () => {
        await using database = await kind.open();
        const entered = Promise.withResolvers<void>();
        const hanging: Step<Input>[] = [
          { name: 'a', timeoutMs: 5000, run: async () => {}, undo: async () => {} },
          {
            name: 'b',
            timeoutMs: 5000,
            run: () => {
              entered.resolve();
              return new Promise(() => {});
            },
          },
          { name: 'c', timeoutMs: 5000, run: async () => {} },
        ];
        const first = operation<Input>({ type: 'vm.create', onRestart: rule, steps: hanging });
        const before = engineOn(database, first);
        const id = await database.transact((tx) => before.start(tx, first, startOptions()));
        await entered.promise;
        await before.stop();

        const { trace, steps } = traced(['a', 'b', 'c']);
        const second = operation<Input>({ type: 'vm.create', onRestart: rule, steps });
        const after = engineOn(database, second);
        await after.resume();
        await after.settled(id);
        assert.deepEqual(trace, expected.trace);
        assert.equal((await operationStore.get(database.db, id)).state, expected.state);
      });
    }

    test('what is undone after a restart stays so to its end, whatever step ran last', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const states: string[] = [];
      const see = async (_: Input, { operationId }: StepContext) =>
        void states.push((await operationStore.get(database.db, operationId)).state);
      const done = async () => {};
      const steps: Step<Input>[] = [
        { name: 'a', timeoutMs: 5000, run: done, undo: see },
        { name: 'b', timeoutMs: 5000, run: done, undo: see },
        {
          name: 'without an undoing',
          timeoutMs: 5000,
          run: () => {
            entered.resolve();
            return new Promise(() => {});
          },
        },
      ];
      const type = operation<Input>({ type: 'vm.create', onRestart: 'undo', steps });
      const before = engineOn(database, type);
      const id = await database.transact((tx) => before.start(tx, type, startOptions()));
      await entered.promise;
      await before.stop();
      const after = engineOn(database, type);
      await after.resume();
      await after.settled(id);
      assert.deepEqual(states, ['undoing', 'undoing']);
    });

    test('what a step did is written down before the next one waits for its place', async () => {
      await using database = await kind.open();
      const gate = Promise.withResolvers<void>();
      const once = (name: string, run: () => Promise<void>, isOffLane?: true): Step<Input> => ({
        name,
        timeoutMs: 60_000,
        run,
        ...(isOffLane && { isOffLane }),
      });
      const holding = operation<Input>({
        type: 'vm.start',
        onRestart: 'resume',
        steps: [once('hold', () => gate.promise)],
      });
      const waiting = operation<Input>({
        type: 'vm.create',
        onRestart: 'resume',
        steps: [once('wait', async () => {}, true), once('then', async () => {})],
      });
      const engine = new OperationEngine({ database, events: new EventLog(), log: silent, perHost: 1 });
      engine.register(holding, waiting);
      await database.transact((tx) => engine.start(tx, holding, startOptions('host')));
      const id = await database.transact((tx) => engine.start(tx, waiting, startOptions('host')));
      const stateOfFirst = async () => (await operationStore.get(database.db, id)).steps[0]?.state;
      for (const end = Date.now() + 30_000; (await stateOfFirst()) !== 'done' && Date.now() < end;)
        await setTimeout(5);
      assert.equal(await stateOfFirst(), 'done');
      gate.resolve();
      await engine.settled(id);
    });

    test('an undoing waits for a host that is away, across a restart, and keeps no other from going on', async () => {
      await using database = await kind.open();
      let isAway = true;
      const tries: string[] = [];
      const away = Promise.withResolvers<void>();
      const steps: Step<Input>[] = [
        {
          name: 'disk',
          timeoutMs: 5000,
          async run() {
            throw new UserError('host_unreachable');
          },
          async undo() {
            tries.push('undo');
            // More often than a host that is there may refuse.
            if (tries.length === 10) away.resolve();
            if (isAway) throw new UserError('host_unreachable');
          },
        },
      ];
      const type = operation<Input>({ type: 'vm.create', onRestart: 'resume', steps });
      const other = operation<Input>({ type: 'vm.start', onRestart: 'resume', steps: traced(['a']).steps });
      const before = engineOn(database, type, other);
      const id = await database.transact((tx) => before.start(tx, type, startOptions('h')));
      await away.promise;
      assert.equal((await operationStore.get(database.db, id)).state, 'undoing');
      const ids: string[] = [];
      for (let count = 0; count < 20; count++)
        ids.push(await database.transact((tx) => before.start(tx, other, startOptions('h'))));
      await Promise.all(ids.map((one) => before.settled(one)));
      assert.equal((await operationStore.list(database.db, { state: 'done' })).total, ids.length);
      await before.stop();

      const after = engineOn(database, type, other);
      await after.resume();
      isAway = false;
      await after.settled(id);
      const { state, error, steps: left } = await operationStore.get(database.db, id);
      assert.deepEqual([state, error?.code, left[0]?.state], ['failed', 'host_unreachable', 'failed']);
    });

    test('an undoing that a host refuses is tried a few times, and does not keep the others from being undone', async () => {
      await using database = await kind.open();
      const { trace, steps } = traced(['a', 'b', 'c'], 'c');
      const [a, b, c] = steps;
      assert.ok(a && b && c);
      let refusals = 0;
      const refused: Step<Input> = {
        ...b,
        async undo() {
          refusals++;
          throw new UserError('libvirt_refused');
        },
      };
      const type = operation<Input>({ type: 'vm.create', onRestart: 'resume', steps: [a, refused, c] });
      const failed = await run(database, engineOn(database, type), type);
      assert.equal(failed.state, 'failed');
      assert.equal(refusals, 4);
      assert.deepEqual(trace, ['a', 'b', 'c', 'undo c', 'undo a']);
      assert.deepEqual(
        failed.steps.map((step) => step.state),
        ['undone', 'done', 'failed'],
      );
    });

    test('a superseded operation ends at once and its steps no longer count', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const outcomes: Outcome['state'][] = [];
      const type = operation<Input>({
        type: 'vm.shutdown',
        onRestart: 'resume',
        steps: [
          {
            name: 'wait',
            timeoutMs: 60_000,
            run: (_, { signal }) => {
              entered.resolve();
              return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
            },
          },
        ],
        finish: async (_, __, outcome) => void outcomes.push(outcome.state),
      });
      const engine = engineOn(database, type);
      const id = await database.transact((tx) => engine.start(tx, type, startOptions()));
      await entered.promise;
      assert.equal(await database.transact((tx) => engine.supersede(tx, id)), true);
      await engine.settled(id);
      assert.equal((await operationStore.get(database.db, id)).state, 'superseded');
      assert.deepEqual(outcomes, ['superseded']);
      assert.equal(await database.transact((tx) => engine.supersede(tx, id)), false);
    });

    test('what a step finds is told while it runs, in bursts, and does not take back its progress', async () => {
      await using database = await kind.open();
      const events = new EventLog();
      const told: OperationProgress[] = [];
      const bothTold = Promise.withResolvers<void>();
      events.onProgress((progress) => {
        told.push(progress);
        if (progress.reports === 2) bothTold.resolve();
      });
      const finding: Step<Input> = {
        name: 'look',
        timeoutMs: 5000,
        async run(_, { progress, report }) {
          progress(0.5);
          await report({ checks: ['a'] });
          await report({ checks: ['a', 'b'] });
          await bothTold.promise;
        },
      };
      const type = operation<Input>({ type: 'host.check', onRestart: 'undo', steps: [finding] });
      const engine = new OperationEngine({ database, events, log: silent });
      engine.register(type);
      const done = await run(database, engine, type);
      assert.deepEqual(done.result, { checks: ['a', 'b'] });
      const running = told.filter(({ step }) => step === 'look').map((p) => [p.progress, p.reports]);
      assert.deepEqual(running, [
        [null, 0],
        [0.5, 0],
        [0.5, 2],
      ]);
    });

    test('what was to be said at its start is there at once, and what its steps find is added', async () => {
      await using database = await kind.open();
      const finding: Step<Input> = {
        name: 'look',
        timeoutMs: 5000,
        run: (_, { report }) => report({ checks: ['a'] }),
      };
      const type = operation<Input>({ type: 'host.check', onRestart: 'undo', steps: [finding] });
      const engine = new OperationEngine({ database, events: new EventLog(), log: silent });
      engine.register(type);
      const options = { ...startOptions(), result: { placement: 'here' } };
      const id = await database.transact((tx) => engine.start(tx, type, options));
      const begun = await operationStore.get(database.db, id);
      assert.equal(begun.result['placement'], 'here');
      await engine.settled(id);
      const { result } = await operationStore.get(database.db, id);
      assert.deepEqual(result, { placement: 'here', checks: ['a'] });
    });

    test('what an earlier run found stays when the operation is taken up again', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const finding = (name: string): Step<Input> => ({
        name,
        timeoutMs: 5000,
        run: (_, { report }) => report({ [name]: 'found' }),
      });
      const hanging: Step<Input> = {
        name: 'b',
        timeoutMs: 5000,
        run: () => {
          entered.resolve();
          return new Promise(() => {});
        },
      };
      const first = operation<Input>({
        type: 'vm.create',
        onRestart: 'resume',
        steps: [finding('a'), hanging],
      });
      const before = engineOn(database, first);
      const id = await database.transact((tx) => before.start(tx, first, startOptions()));
      await entered.promise;
      await before.stop();
      const second = operation<Input>({
        type: 'vm.create',
        onRestart: 'resume',
        steps: [finding('a'), finding('b')],
      });
      const after = engineOn(database, second);
      await after.resume();
      await after.settled(id);
      assert.deepEqual((await operationStore.get(database.db, id)).result, { a: 'found', b: 'found' });
    });

    test('a cancelled operation lets its step go, undoes what it did, and is cancelled, not failed', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const trace: string[] = [];
      const outcomes: Outcome['state'][] = [];
      const type = operation<Input>({
        type: 'vm.migrate',
        onRestart: 'resume',
        steps: [
          {
            name: 'a',
            timeoutMs: 5000,
            isCancellable: true,
            run: async () => void trace.push('a'),
            undo: async () => void trace.push('undo a'),
          },
          {
            name: 'b',
            timeoutMs: 60_000,
            isCancellable: true,
            async run(_, { signal }) {
              entered.resolve();
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
              trace.push('b lets go');
              throw new Error('aborted');
            },
            undo: async () => void trace.push('undo b'),
          },
          { name: 'c', timeoutMs: 5000, run: async () => void trace.push('c') },
        ],
        finish: async (_, __, outcome) => void outcomes.push(outcome.state),
      });
      const engine = engineOn(database, type);
      const id = await database.transact((tx) => engine.start(tx, type, startOptions()));
      await entered.promise;
      assert.equal((await operationStore.get(database.db, id)).isCancellable, true);
      await database.transact((tx) => engine.cancel(tx, id, null));
      await engine.settled(id);
      const cancelled = await operationStore.get(database.db, id);
      assert.deepEqual([cancelled.state, cancelled.error?.code], ['cancelled', 'operation_cancelled']);
      assert.deepEqual(trace, ['a', 'b lets go', 'undo b', 'undo a']);
      assert.deepEqual(outcomes, ['cancelled']);
      const again = database.transact((tx) => engine.cancel(tx, id, null));
      await assert.rejects(again, { code: 'operation_not_cancellable' });
    });

    test('what ends well although it was cancelled goes on to its end; what does not allow it refuses', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const last = Promise.withResolvers<void>();
      const isLast = Promise.withResolvers<void>();
      const type = operation<Input>({
        type: 'vm.migrate',
        onRestart: 'resume',
        steps: [
          {
            name: 'a',
            timeoutMs: 60_000,
            isCancellable: true,
            async run(_, { signal }) {
              entered.resolve();
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
            },
          },
          {
            name: 'b',
            timeoutMs: 5000,
            async run() {
              isLast.resolve();
              await last.promise;
            },
          },
        ],
      });
      const engine = engineOn(database, type);
      const id = await database.transact((tx) => engine.start(tx, type, startOptions()));
      await entered.promise;
      await database.transact((tx) => engine.cancel(tx, id, null));
      await isLast.promise;
      await assert.rejects(
        database.transact((tx) => engine.cancel(tx, id, null)),
        { code: 'operation_not_cancellable' },
      );
      last.resolve();
      await engine.settled(id);
      assert.equal((await operationStore.get(database.db, id)).state, 'done');
    });

    test('a cancel that was asked for before a restart is done after it', async () => {
      await using database = await kind.open();
      const entered = Promise.withResolvers<void>();
      const hanging = (trace: string[]) =>
        operation<Input>({
          type: 'vm.migrate',
          onRestart: 'resume',
          steps: [
            {
              name: 'a',
              timeoutMs: 60_000,
              isCancellable: true,
              run: () => {
                trace.push('a');
                entered.resolve();
                return new Promise(() => {});
              },
              undo: async () => void trace.push('undo a'),
            },
          ],
        });
      const first = hanging([]);
      const before = engineOn(database, first);
      const id = await database.transact((tx) => before.start(tx, first, startOptions()));
      await entered.promise;
      await before.stop();
      await database.transact((tx) => before.cancel(tx, id, null));
      const trace: string[] = [];
      const after = engineOn(database, hanging(trace));
      await after.resume();
      await after.settled(id);
      assert.deepEqual(trace, ['undo a']);
      assert.equal((await operationStore.get(database.db, id)).state, 'cancelled');
    });

    test('one host’s operations take turns, another’s do not wait for them', async () => {
      await using database = await kind.open();
      const gate = Promise.withResolvers<void>();
      const started: string[] = [];
      const type = operation<Input>({
        type: 'vm.start',
        onRestart: 'resume',
        steps: [
          {
            name: 'go',
            timeoutMs: 5000,
            async run(_, { operationId }) {
              started.push(operationId);
              if (started.length <= 2) await gate.promise;
            },
          },
        ],
      });
      const engine = new OperationEngine({ database, events: new EventLog(), log: silent, perHost: 1 });
      engine.register(type);
      const start = (hostId: string) =>
        database.transact((tx) => engine.start(tx, type, startOptions(hostId)));
      const [slow, waiting] = [await start('slow'), await start('slow')];
      const other = await start('other');
      gate.resolve();
      await Promise.all([slow, waiting, other].map((id) => engine.settled(id)));
      assert.deepEqual(started, [slow, other, waiting]);
    });

    test('who only waits takes no place: what it waits for gets through', async () => {
      await using database = await kind.open();
      const awaited = Promise.withResolvers<void>();
      const trace: string[] = [];
      const step = (name: string, run: () => Promise<void>, isOffLane?: true): Step<Input> => ({
        name,
        timeoutMs: 5000,
        ...(isOffLane && { isOffLane }),
        async run() {
          await run();
          trace.push(name);
        },
      });
      const waiting = operation<Input>({
        type: 'vm.create',
        onRestart: 'resume',
        steps: [step('wait', () => awaited.promise, true), step('then', () => Promise.resolve())],
      });
      const working = operation<Input>({
        type: 'vm.start',
        onRestart: 'resume',
        steps: [step('work', async () => awaited.resolve())],
      });
      const engine = new OperationEngine({ database, events: new EventLog(), log: silent, perHost: 1 });
      engine.register(waiting, working);
      const ids: string[] = [];
      for (const type of [waiting, waiting, working])
        ids.push(await database.transact((tx) => engine.start(tx, type, startOptions('host'))));
      await Promise.all(ids.map((id) => engine.settled(id)));
      assert.deepEqual(trace.toSorted(), ['then', 'then', 'wait', 'wait', 'work']);
    });
  });
}
