/** Emptying a host: one outcome for each VM, a few at a time, and back to where it was when it is cancelled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrainPlanItem, DrainedVm, Operation } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import type { StepContext } from '../../platform/operations/operation.ts';
import { type DrainInput, type VmsOfHost, hostDrain } from './host-drain.ts';

const HERE = { id: 'here', name: 'here' };
const THERE = { id: 'there', name: 'there' };
type Fake = VmsOfHost & { readonly asked: string[]; most: number };

const vm = (name: string, changes: Partial<DrainPlanItem> = {}): DrainPlanItem => ({
  vmId: name,
  name,
  ownerName: 'ann',
  state: 'running',
  way: 'live',
  reason: null,
  ...changes,
});

/** `fates`: how a VM's move ends; by default well. */
function vmsOf(
  items: readonly DrainPlanItem[],
  fates: Record<string, Operation['error'] | 'refused'> = {},
): Fake {
  const places = new Map(items.map(({ vmId }) => [vmId, HERE]));
  const operations = new Map<string, string>();
  let running = 0;
  const fake: Fake = {
    asked: [],
    most: 0,
    plan: async () => items.filter(({ vmId }) => places.get(vmId) === HERE),
    whenFree: async (_hostId, vmId) =>
      items.find((item) => item.vmId === vmId && places.get(vmId) === HERE) ?? null,
    hostOf: async (vmId) => places.get(vmId) ?? null,
    async migrate(vmId) {
      if (fates[vmId] === 'refused') throw new UserError('no_capacity');
      fake.asked.push(`migrate ${vmId}`);
      operations.set(`m-${vmId}`, vmId);
      return `m-${vmId}`;
    },
    async shutDown(vmId) {
      fake.asked.push(`shut down ${vmId}`);
      return `s-${vmId}`;
    },
    async settled(operationId, _actor, signal) {
      fake.most = Math.max(fake.most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      const vmId = operations.get(operationId);
      const fate = vmId === undefined ? null : fates[vmId];
      if (signal.aborted)
        return { state: 'cancelled', error: { code: 'operation_cancelled', details: {} } } as Operation;
      if (fate && fate !== 'refused') return { state: 'failed', error: fate } as Operation;
      if (vmId !== undefined) places.set(vmId, THERE);
      return { state: 'done', error: null } as Operation;
    },
  };
  return fake;
}

async function drain(vms: VmsOfHost, input: Partial<DrainInput> = {}, before: Record<string, unknown> = {}) {
  const abort = new AbortController();
  let reported = before;
  const context = {
    operationId: 'o',
    signal: abort.signal,
    progress: () => {},
    countdown: async () => {},
    report: async (more) => void (reported = { ...reported, ...more }),
    reported: () => reported,
  } satisfies StepContext;
  const whole: DrainInput = { hostId: HERE.id, stopped: 'move', unmovable: 'leave', actor: null, ...input };
  const [step] = hostDrain(vms).steps;
  const running = step?.run(whole, context) ?? Promise.resolve();
  return {
    abort,
    running,
    outcomes: () =>
      Object.fromEntries(
        ((reported['vms'] ?? []) as DrainedVm[]).map(({ name, outcome, to }) => [name, to ?? outcome]),
      ),
  };
}

const failure = { code: 'cpu_incompatible', details: {} } as const;

test('what runs and what is off is moved, two at a time', async () => {
  const items = [vm('a'), vm('b', { state: 'stopped', way: 'offline' }), vm('c'), vm('d')];
  const vms = vmsOf(items);
  const { running, outcomes } = await drain(vms);
  await running;
  assert.deepEqual(outcomes(), { a: 'there', b: 'there', c: 'there', d: 'there' });
  assert.equal(vms.most, 2);
});

test('VMs that are off are left where the admin has chosen so', async () => {
  const vms = vmsOf([
    vm('a'),
    vm('b', { state: 'stopped', way: 'offline' }),
    vm('c', { state: 'saved', way: 'none', reason: 'vm_is_saved' }),
  ]);
  const { running, outcomes } = await drain(vms, { stopped: 'leave' });
  await running;
  assert.deepEqual(outcomes(), { a: 'there', b: 'left', c: 'left' });
});

test('what cannot move stays, with its reason, and the drain says who is left', async () => {
  const vms = vmsOf([vm('a'), vm('b', { way: 'none', reason: 'no_room' }), vm('c'), vm('d')], {
    c: 'refused',
    d: failure,
  });
  const { running, outcomes } = await drain(vms);
  await assert.rejects(running, { code: 'host_not_empty', details: { vms: ['b', 'c', 'd'] } });
  assert.deepEqual(outcomes(), { a: 'there', b: 'left', c: 'failed', d: 'failed' });
  assert.ok(!vms.asked.some((asked) => asked.startsWith('shut down')));
});

test('or is shut down, where the admin has chosen so', async () => {
  const vms = vmsOf([vm('b', { way: 'none', reason: 'no_room' }), vm('d')], { d: failure });
  const { running, outcomes } = await drain(vms, { unmovable: 'shutDown' });
  await running;
  assert.deepEqual(outcomes(), { b: 'shut_down', d: 'shut_down' });
});

test('cancelled: what has moved has moved, the rest stays', async () => {
  const vms = vmsOf([vm('a'), vm('b'), vm('c'), vm('d')]);
  const { running, outcomes, abort } = await drain(vms);
  while (vms.asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
  abort.abort(new Error('cancelled'));
  await assert.rejects(running, /cancelled/);
  assert.deepEqual(outcomes(), { a: 'there', b: 'there', c: 'cancelled', d: 'cancelled' });
});

test('after a restart it goes on with those that are still there', async () => {
  const vms = vmsOf([vm('a'), vm('b')]);
  await vms.migrate('a', null);
  await vms.settled('m-a', null, new AbortController().signal);
  const before = { vms: [{ vmId: 'a', name: 'a', outcome: 'moving', to: null, problem: null }] };
  const { running, outcomes } = await drain(vms, {}, before);
  await running;
  assert.deepEqual(outcomes(), { a: 'there', b: 'there' });
});
