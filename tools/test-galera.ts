/** `npm run test:galera`: two control planes over a MariaDB Galera cluster of three nodes, in a box. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { debianPackages, root } from './machine.ts';
import { productPackages, testPackages } from './packages.ts';
import { fail, runSteps } from './steps.ts';

async function main(): Promise<void> {
  await runSteps([debianPackages([...productPackages, ...testPackages, 'galera-4', 'rsync'])]);
  const argv = [join(root, 'tools/box'), process.execPath, '--test', join(root, 'fleet/galera.ts')] as const;
  const [program, ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'inherit', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  const [code] = (await once(child, 'close')) as [number | null];
  process.exitCode = code ?? 1;
}

main().catch(fail);
