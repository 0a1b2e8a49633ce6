/** `npm start`: from a fresh clone on a bare Debian machine to a console that answers. Quick where all is there. */
import { join } from 'node:path';
import { consoleBuild, debianPackages, libvirtDaemons, root } from './machine.ts';
import { productPackages } from './packages.ts';
import { SetupError, type Step, fail, runProgram, runSteps } from './steps.ts';

const MAIN = join(root, 'apps/control-plane/src/main.ts');

const initialisation: Step = {
  title: 'Database, admin, first server, starter image',
  async run() {
    await runProgram([process.execPath, MAIN, 'init', '--if-needed']).catch((cause: unknown) => {
      throw new SetupError(
        'LouCloud could not be set up.',
        'Put right what is said above, then run npm start again.',
        { cause },
      );
    });
    return 'ready';
  },
};

async function main(): Promise<void> {
  await runSteps([debianPackages(productPackages), consoleBuild, libvirtDaemons, initialisation]);
  // In place of this process: signals and the exit status are the control plane's own.
  process.execve?.(process.execPath, [process.execPath, MAIN, 'serve'], process.env);
}

main().catch(fail);
