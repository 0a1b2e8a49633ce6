/**
 * What `npm run lab` runs in the box: the servers, a LouCloud that has them in its pool, and what the person at the
 * terminal does to the servers. Nothing is put away at the end: the box takes it all.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, writeSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished, loginTo, waitFor } from '../../e2e/world.ts';
import { controlPlaneCommand, controlPlaneEnvironment } from '../control-plane.ts';
import { type Step, fail, runProgram, runSteps } from '../steps.ts';
import { commandHelp, obey } from './commands.ts';
import { Lab } from './lab.ts';
import { passOn } from './passage.ts';
import { poolEntry } from './pool-entry.ts';

/** The way to whoever started the box. */
const OUTSIDE = 3;

class TryOut {
  readonly url: string;
  readonly password = randomBytes(9).toString('base64url');
  readonly #port: number;
  readonly #environment: NodeJS.ProcessEnv;
  #lab: Lab | null = null;

  constructor(port: number, dataDir: string) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = {
      ...process.env,
      ...controlPlaneEnvironment(dataDir),
      LOUCLOUD_DATA_DIR: dataDir,
      LOUCLOUD_LISTEN: `127.0.0.1:${port}`,
      LOUCLOUD_ADMIN_PASSWORD: this.password,
      LOUCLOUD_LOG_LEVEL: 'error',
    };
  }

  get lab(): Lab {
    if (!this.#lab) throw new Error('the servers come first');
    return this.#lab;
  }

  readonly servers: Step = {
    title: 'Three servers',
    run: async () => {
      this.#lab = await Lab.open({ hosts: ['local', 'ssh', 'tls'], hasKvm: true });
      return this.lab.hosts.map(({ name }) => name).join(', ');
    },
  };

  readonly initialisation: Step = {
    title: 'Database, admin, first server, starter image',
    run: async () => {
      const [program = '', ...argv] = controlPlaneCommand('init');
      await runProgram([program, ...argv], { env: this.#environment });
      return 'ready';
    },
  };

  readonly controlPlane: Step = {
    title: 'Control plane',
    run: async () => {
      const [program = '', ...argv] = controlPlaneCommand('serve');
      const stdio = ['ignore', 'inherit', 'inherit'] as const;
      const child = spawn(program, argv, { env: this.#environment, stdio: [...stdio] });
      child.once('exit', () => process.exit(1)); // it has said why
      const isReady = async (): Promise<boolean> =>
        (await fetch(`${this.url}/readyz`).catch(() => null))?.ok === true;
      await waitFor('the control plane answers', isReady);
      await this.#openPassage();
      return 'answers';
    },
  };

  readonly pool: Step = {
    title: 'The other servers',
    run: async () => {
      const { call } = await loginTo(this.url, 'admin', this.password);
      const [first, ...others] = this.lab.hosts;
      const [host] = (await call('hostList', { query: {} })).items;
      if (!first || !host) throw new Error('the first server is in the pool');
      await call('hostUpdate', { params: { hostId: host.id }, body: { name: first.name } });
      const add = async (other: (typeof others)[number]): Promise<void> => {
        const { operationId } = await call('hostAdd', { body: poolEntry(other) });
        await finished(call, operationId);
      };
      await Promise.all(others.map(add));
      return 'in the pool';
    },
  };

  /** A socket in the file system leads out of the box; a port does not. */
  async #openPassage(): Promise<void> {
    const socketPath = join(await mkdtemp(join(tmpdir(), 'console-')), 'socket');
    const server = createServer((near) => passOn(near, connect({ host: '127.0.0.1', port: this.#port })));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    writeSync(OUTSIDE, socketPath);
    closeSync(OUTSIDE);
  }
}

function listenToCommands(lab: Lab): void {
  const terminal = createInterface({ input: process.stdin });
  terminal.on('line', (line) => {
    obey(line, lab).then(
      (answer) => console.log(answer),
      (error: Error) => console.log(error.message),
    );
  });
}

async function main(port: number): Promise<void> {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => process.exit(0));
  const tryOut = new TryOut(port, await mkdtemp(join(tmpdir(), 'loucloud-')));
  const { servers, initialisation, controlPlane, pool } = tryOut;
  await runSteps([servers, initialisation, controlPlane, pool]);
  const { lab } = tryOut;
  console.log(`
Console  ${tryOut.url}
Login    admin  ${tryOut.password}

${lab.hosts.map(({ name, uri, socketUri }) => `${name}  ${uri}\n       virsh -c '${socketUri}'`).join('\n')}

To break a server, type:
${commandHelp(lab)}

Ctrl-C takes everything away.
`);
  listenToCommands(lab);
}

main(Number(process.argv[2])).catch((error: unknown) => {
  fail(error);
  process.exit(); // the servers would keep us
});
