/**
 * `npm run lab`: three real servers on this machine (here, by SSH, by TLS) and a LouCloud over them, to try and to break.
 * It all lives in a box, whose network nobody else sees: this process hands the browser's connections through. At Ctrl-C,
 * or however this process ends, everything goes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { consoleBuild, debianPackages, root, starterImage } from '../machine.ts';
import { productPackages, testPackages } from '../packages.ts';
import { SetupError, fail, runSteps } from '../steps.ts';
import { passOn } from './passage.ts';

const HOST = '127.0.0.1';
const USUAL_PORT = 8080;
/** Of the packages for tests only what the lab's servers run. */
const labPackages = testPackages.filter((name) => name === 'openssh-server');

async function main(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new SetupError('The lab needs root, for its namespaces.', 'Run `npm run lab` as root.');
  await runSteps([debianPackages([...productPackages, ...labPackages]), starterImage, consoleBuild]);
  let socketPath = '';
  const server = createServer((browser) => passOn(browser, connect({ path: socketPath })));
  const port = await listen(server, USUAL_PORT).catch(() => listen(server, 0));
  const inside = [process.execPath, join(import.meta.dirname, 'inside.ts'), String(port)];
  const box = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', join(root, 'tools/box'), '--no-libvirtd', ...inside],
    // The fourth: by it the inside says which socket leads to its console.
    { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] },
  );
  (box.stdio[3] as Readable) // it was asked for
    .setEncoding('utf8')
    .on('data', (text: string) => (socketPath += text));
  // At a terminal Ctrl-C is heard by everybody.
  process.on('SIGINT', () => process.stdin.isTTY || box.kill('SIGINT'));
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, () => box.kill(name));
  const [code] = (await once(box, 'exit')) as [number | null];
  server.close();
  process.exitCode = code ?? 1;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // of a TCP server that listens
}

main().catch(fail);
