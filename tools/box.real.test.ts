// box: --no-libvirtd
// mostly waits
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const BOX = join(import.meta.dirname, 'box');

interface Box {
  readonly child: ChildProcess;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly said: (pattern: RegExp) => Promise<void>;
}

function startBox(...argv: readonly string[]): Box {
  const child = spawn(BOX, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = once(child, 'close').then(
    ([code, signal]: unknown[]) => (code ?? signal) as Awaited<Box['ended']>,
  );
  return {
    child,
    ended,
    said: async (pattern) => {
      while (!pattern.test(text)) await once(child.stdout, 'data');
    },
  };
}

const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.includes('loucloud-box'));

test('the exit status is the command’s own, and nothing is left', async () => {
  const { ended } = startBox('--no-libvirtd', 'sh', '-c', 'exit 7');
  assert.equal(await ended, 7);
  assert.deepEqual(await leftovers(), []);
});

test('each of two boxes has its own libvirt, and its default network starts', async () => {
  const script = 'virsh -q net-start default && virsh -q net-list --name && ip -brief address show virbr0';
  const boxes = [startBox('sh', '-c', script), startBox('sh', '-c', script)];
  await Promise.all(boxes.map(({ said }) => said(/default\n+virbr0 .*192\.168\.122\.1\/24/)));
  assert.deepEqual(await Promise.all(boxes.map(({ ended }) => ended)), [0, 0]);
});

test('a libvirtd that is kept is started again when it crashes', async () => {
  const crash = 'kill -SEGV $(cat /run/libvirt/libvirtd.pid)';
  const script = `${crash}; while virsh -q list; do :; done; until virsh -q list; do sleep 0.05; done`;
  const { ended } = startBox('--keep-libvirtd', 'sh', '-c', `(${script}) 2> /dev/null`);
  assert.equal(await ended, 0);
  assert.deepEqual(await leftovers(), []);
});

test('a signal reaches the command, which may end in its own way', async () => {
  const script = 'trap "exit 3" TERM; echo up; while :; do sleep 0.05; done';
  const { child, ended, said } = startBox('--no-libvirtd', 'bash', '-c', script);
  await said(/up/);
  child.kill('SIGTERM');
  assert.equal(await ended, 3);
  assert.deepEqual(await leftovers(), []);
});

test('what a killed box leaves goes with the next one', async () => {
  const { child, ended, said } = startBox('--no-libvirtd', 'sh', '-c', 'echo up; exec sleep 1000');
  await said(/up/);
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
  assert.equal((await leftovers()).length, 1);
  const next = startBox('--no-libvirtd', 'true');
  assert.equal(await next.ended, 0);
  assert.deepEqual(await leftovers(), []);
});
