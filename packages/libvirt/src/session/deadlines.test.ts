/** Nothing that is asked of a server waits for ever: each row of the table, with a server that never answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTimeoutError } from '../errors.ts';
import {
  type AnyProcedureName,
  type ArgsOf,
  type ProcedureName,
  type StreamProcedureName,
  procedures,
} from '../protocol/procedures.ts';
import { FakeLibvirtd } from '../testing/fake-libvirtd.ts';
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
