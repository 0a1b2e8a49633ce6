// box: --no-libvirtd
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const START = join(import.meta.dirname, 'start.ts');
const START_MS = 300_000;

class Start {
  readonly process: ChildProcess;
  text = '';

  constructor(environment: Readonly<Record<string, string>>) {
    this.process = spawn(process.execPath, [START], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
  }

  async serves(url: string): Promise<void> {
    for (const deadline = Date.now() + START_MS; Date.now() < deadline;) {
      assert.equal(this.process.exitCode, null, this.text);
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail(this.text);
  }

  async end(): Promise<number | null> {
    this.process.kill('SIGTERM');
    const [code] = (await once(this.process, 'close')) as [number | null];
    return code;
  }
}

test('npm start sets a machine up, serves, ends cleanly, and finds all done the second time', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    LOUCLOUD_LISTEN: `127.0.0.1:${port}`,
    LOUCLOUD_DATA_DIR: await mkdtemp(join(tmpdir(), 'loucloud-start-')),
    LOUCLOUD_ADMIN_PASSWORD: 'correct horse battery',
  };
  const first = new Start(environment);
  await first.serves(url);
  assert.match(first.text, /\[3\/4\] libvirt: started/);
  assert.match(first.text, /Building the starter image/);
  assert.doesNotMatch(first.text, /correct horse/);
  assert.equal(await first.end(), 0, first.text);

  // The daemons are the machine's now, and stay.
  assert.match(execFileSync('virsh', ['-c', 'qemu:///system', 'version'], { encoding: 'utf8' }), /QEMU/);
  const second = new Start(environment);
  await second.serves(url);
  assert.match(second.text, /\[3\/4\] libvirt: running already/);
  assert.doesNotMatch(second.text, /Building|created/);
  assert.equal(await second.end(), 0, second.text);
});

test('without root a missing package is named with the command that installs it, and nothing is done', async () => {
  const machine = JSON.stringify(join(import.meta.dirname, 'machine.ts'));
  const steps = JSON.stringify(join(import.meta.dirname, 'steps.ts'));
  const program = `
    const { debianPackages } = await import(${machine});
    const { fail, runSteps } = await import(${steps});
    await runSteps([debianPackages(['bash', 'loucloud-has-no-such-package'])]).catch(fail);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { uid: 65_534 });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 1);
  assert.match(said, /^ {2}apt-get install --yes --no-install-recommends loucloud-has-no-such-package$/m);
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  assert.ok(address !== null && typeof address === 'object');
  probe.close();
  return address.port;
}
