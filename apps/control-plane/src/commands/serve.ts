/** Serves until SIGTERM or SIGINT, then ends cleanly. */
import { ConfigError } from '../platform/config.ts';
import type { CommandContext } from './command.ts';

/** Past this the process ends as it is: what was acknowledged is in the database, and the next run resumes the rest. */
const END_WITHIN_MS = 4500;

export async function serveUntilStopped({ controlPlane, log }: CommandContext): Promise<void> {
  if (!(await controlPlane.users.findAdmin())) {
    await controlPlane.close();
    throw new ConfigError('LouCloud is not set up yet: run “init” first.');
  }
  const stopped = nextSignal();
  await controlPlane.start();
  log.info({ signal: await stopped }, 'stopping');
  const deadline = setTimeout(() => {
    log.warn(`not stopped within ${END_WITHIN_MS} ms: ending anyway`);
    process.exit(0);
  }, END_WITHIN_MS);
  await controlPlane.close();
  clearTimeout(deadline);
  log.info('stopped');
}

function nextSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  return promise;
}
