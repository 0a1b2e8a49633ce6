/** Nothing that is asked of a server waits for ever: each row of the table, with a server that never answers. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CallTimeoutError } from '../errors.ts';
import {
  type AnyProcedureName,
  type ArgsOf,
  type ProcedureName,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import { type FakeHandlers, FakeLibvirtd } from '../testing/fake-libvirtd.ts';
import { XdrReader } from '../xdr/reader.ts';
import { Connection } from './connection.ts';

const names = Object.keys(procedures) as AnyProcedureName[];
const TIMEOUT_MS = 20;

/** What zeros read as: 0, empty texts and lists, nothing where there may be nothing. */
function emptyArgs<N extends AnyProcedureName>(name: N): ArgsOf<N> {
  return procedures[name].args.read(new XdrReader(Buffer.alloc(4096))) as ArgsOf<N>;
}

function ask(connection: Connection, name: AnyProcedureName): Promise<unknown> {
  const options = { timeoutMs: TIMEOUT_MS };
  // The row says which of the two it is.
  if ('stream' in procedures[name])
    return connection.openStream(
      name as StreamProcedureName,
      emptyArgs(name as StreamProcedureName),
      options,
    );
  return connection.call(name as ProcedureName, emptyArgs(name as ProcedureName), options);
}

test('every call of the table ends at its deadline, whether the server has it or it waits for a place', async () => {
  const libvirtd = new FakeLibvirtd();
  const connection = await Connection.open({ uri: 'qemu:///system', transport: libvirtd.transport });
  for (const name of names) libvirtd.handlers[name] = () => new Promise<never>(() => {});
  assert.ok(names.length > 150);
  const outcomes = await Promise.allSettled(names.map((name) => ask(connection, name)));
  for (const [index, outcome] of outcomes.entries()) {
    assert.ok(
      outcome.status === 'rejected' && outcome.reason instanceof CallTimeoutError,
      names[index] ?? '',
    );
    assert.equal(outcome.reason.procedure, names[index]);
  }
  assert.deepEqual([connection.waitingCalls, connection.abandonedCalls], [0, 4]);
  connection.destroy();
});

async function askHung(t: TestContext, handlers: FakeHandlers = {}) {
  const libvirtd = new FakeLibvirtd({ connectGetHostname: () => new Promise<never>(() => {}), ...handlers });
  const options = { uri: 'qemu:///system', transport: libvirtd.transport, keepalive: false } as const;
  const connection = await Connection.open(options);
  t.after(() => connection.destroy());
  const hang = (timeoutMs: number) => connection.call('connectGetHostname', {}, { timeoutMs });
  return { connection, hang };
}

test('each call ends at its own deadline, in whatever order they were made', async (t) => {
  const { hang } = await askHung(t);
  const ended: number[] = [];
  const timeouts = [90, 30, 2_000_000, 60, 0, NaN, 120];
  const calls = timeouts.map((timeoutMs) => hang(timeoutMs).catch(() => ended.push(timeoutMs)));
  await Promise.all(calls.filter((_, i) => timeouts[i] !== 2_000_000));
  assert.deepEqual(ended, [0, NaN, 30, 60, 90, 120]);
});

test('a deadline made after an earlier one has passed is kept too', async (t) => {
  const { connection, hang } = await askHung(t, { connectGetLibVersion: () => ({ version: 9_000_000 }) });
  await connection.call('connectGetLibVersion', {}, { timeoutMs: 10 });
  await assert.rejects(hang(20), CallTimeoutError);
  await assert.rejects(hang(10), CallTimeoutError);
  assert.equal(connection.abandonedCalls, 2);
});

test('a call that waits keeps the process alive, an open connection without one does not', async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const answer = Promise.withResolvers<{ version: number }>();
  const { connection } = await askHung(t, { connectGetLibVersion: () => answer.promise });
  const before = timers();
  const call = connection.call('connectGetLibVersion', {});
  assert.equal(timers(), before + 1);
  answer.resolve({ version: 9_000_000 });
  await call;
  assert.equal(timers(), before);
});
