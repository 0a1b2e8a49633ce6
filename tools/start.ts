/** `npm start`: from a fresh clone on a bare Debian machine to a console that answers. Quick where all is there. */
import { controlPlaneCommand, controlPlaneEnvironment } from './control-plane.ts';
import { consoleBuild, debianPackages, libvirtDaemons } from './machine.ts';
import { productPackages } from './packages.ts';
import { SetupError, type Step, fail, runProgram, runSteps } from './steps.ts';

const initialisation: Step = {
  title: 'Database, admin, first server, starter image',
  async run() {
    const [program = '', ...argv] = controlPlaneCommand('init', '--if-needed');
    await runProgram([program, ...argv]).catch((cause: unknown) => {
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
  const environment = controlPlaneEnvironment(process.env['LOUCLOUD_DATA_DIR'] || 'var');
  process.execve?.(process.execPath, controlPlaneCommand('serve'), { ...environment, ...process.env });
}

main().catch(fail);
