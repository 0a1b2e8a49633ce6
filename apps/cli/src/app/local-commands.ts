/** Commands for the machine that runs LouCloud: they are the control plane's own, and are handed over as they were typed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:os';

const MAIN = fileURLToPath(new URL('../../../control-plane/src/main.ts', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends as the control plane ends; answers its exit status. */
export function runControlPlane(
  commandLine: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const child = spawn(process.execPath, [MAIN, ...commandLine], { stdio: 'inherit', env: { ...env } });
  // A terminal sends Ctrl-C to both; whoever sends a signal to us means the control plane.
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) =>
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  }).finally(() => {
    for (const signal of SIGNALS) process.removeListener(signal, pass);
  });
}
