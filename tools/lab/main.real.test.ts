// box: --no-libvirtd
/** `npm run lab` as a person has it: three servers in the pool, and nothing left of them however it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loginTo, waitFor } from '../../e2e/world.ts';

const START_MS = 300_000;

const leftovers = async (): Promise<readonly string[]> => {
  const boxes = (await readdir(tmpdir())).filter((name) => name.includes('loucloud-box'));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const commands = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  const ours = (await Promise.all(commands)).filter((command) =>
    /lab\/inside|host-init|libvirtd|main\.ts/.test(command),
  );
  return [...boxes, ...ours];
};

test('npm run lab has three servers in its pool, takes orders, and leaves nothing when it is killed', async () => {
  const lab = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  lab.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    waitFor(
      `it says ${pattern.source}`,
      () => {
        assert.equal(lab.exitCode, null, text);
        return Promise.resolve(pattern.exec(text));
      },
      START_MS,
    );

  const [, url = '', password = ''] = await said(/Console +(\S+)\s+Login +admin +(\S+)/);
  const { call } = await loginTo(url, 'admin', password);
  const { items } = await call('hostList', { query: {} });
  assert.deepEqual(
    items.map(({ name, health }) => `${name} ${health}`),
    ['lab-1 healthy', 'lab-2 healthy', 'lab-3 healthy'],
  );
  lab.stdin.write('cut lab-2\n');
  await said(/lab-2: done/);

  assert.ok((await leftovers()).length > 3);
  lab.kill('SIGKILL');
  await once(lab, 'exit');
  await waitFor('all of it is gone', async () => (await leftovers()).length === 0);
});
