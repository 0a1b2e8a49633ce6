import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { loucloud } from '../testing/command.ts';
import { sampleId, sampleOperation } from '../testing/samples.ts';
import { Refused, TableServer } from '../testing/table-server.ts';
import { Cli } from './cli.ts';
import { progressText } from './wait.ts';

const id = sampleId(200);

test('an operation is followed until it ends', async () => {
  let asked = 0;
  await using server = await TableServer.start({
    operationGet: () =>
      sampleOperation(++asked < 4 ? { state: 'running', step: 'start', progress: asked / 4 } : {}),
  });
  const { status, stdout } = await loucloud(['operation', 'wait', id], { server });
  assert.deepEqual([status, stdout, asked], [0, 'web-1: start VM – done\n', 4]);
});

test('a server that is away for a moment does not end the wait', async () => {
  let asked = 0;
  await using server = await TableServer.start({
    operationGet() {
      asked += 1;
      if (asked === 2 || asked === 3) throw new Refused('database_unavailable', { retryAfterSeconds: 1 });
      return sampleOperation(asked === 1 ? { state: 'running' } : {});
    },
  });
  const { status } = await loucloud(['operation', 'wait', id], { server });
  assert.deepEqual([status, asked], [0, 4]);
});

test('an operation that may not be seen ends the wait at once', async () => {
  await using server = await TableServer.start({
    operationGet() {
      throw new Refused('not_found', { kind: 'operation', id });
    },
  });
  const { status, stderr } = await loucloud(['operation', 'wait', id], { server });
  assert.deepEqual([status, server.received.length], [1, 1]);
  assert.equal(stderr, 'It does not exist, or no longer. (kind: operation)\n');
});

test('an operation that failed fails the command, with what libvirt said', async () => {
  const error = { code: 'libvirt_refused' as const, details: {}, hint: 'no such pool' };
  await using server = await TableServer.start({
    operationGet: () => sampleOperation({ state: 'failed', error }),
  });
  const { status, stderr } = await loucloud(['operation', 'wait', id], { server });
  assert.deepEqual(
    [status, stderr],
    [1, 'web-1: The server refused to do it.\nThe server said: no such pool\n'],
  );
  const json = await loucloud(['operation', 'wait', id, '--json'], { server });
  assert.equal((JSON.parse(json.stdout) as { state: string }[])[0]?.state, 'failed');
  assert.equal((JSON.parse(json.stderr) as { error: { code: string } }).error.code, 'libvirt_refused');
});

test('an operation that another took over fails the command', async () => {
  await using server = await TableServer.start({
    operationGet: () => sampleOperation({ state: 'superseded' }),
  });
  const { status, stderr } = await loucloud(['operation', 'wait', id], { server });
  assert.deepEqual([status, stderr], [1, 'web-1: Another operation took over.\n']);
});

test('the progress line says what runs, how far it is, and how long it may last', () => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const cli = new Cli({ ...streams, env: { LOUCLOUD_LANG: 'en' } });
  const hashing = sampleOperation({
    state: 'running',
    type: 'image.hash',
    objectName: 'debian',
    step: 'hash',
    progress: 0.426,
  });
  assert.equal(progressText(cli, [hashing], 1, false), 'debian: hash image · hashing · 42%');
  const deadlineAt = new Date(Date.now() + 83_000).toISOString();
  const ending = sampleOperation({ state: 'running', type: 'vm.shutdown', step: 'shutdown', deadlineAt });
  assert.equal(
    progressText(cli, [sampleOperation(), ending], 3, false),
    '1 of 3 finished · web-1: shut VM down · waiting for the guest to shut down · 1:23 left',
  );
  assert.equal(progressText(cli, [ending], 1, true), 'LouCloud does not answer; still trying');
});
