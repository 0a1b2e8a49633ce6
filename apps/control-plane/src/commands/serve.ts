/** Serves until SIGTERM or SIGINT, then ends cleanly. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError } from '../platform/config.ts';
import type { CommandContext } from './command.ts';

/** Past this the process ends as it is: what was acknowledged is in the database, and the next run resumes the rest. */
const END_WITHIN_MS = 4500;

export async function serveUntilStopped({ controlPlane, log, environment }: CommandContext): Promise<void> {
  if (!(await controlPlane.users.findAdmin())) {
    await controlPlane.close();
    throw new ConfigError('LouCloud is not set up yet: run “init” first.');
  }
  const stopped = nextSignal();
  try {
    await controlPlane.start();
  } catch (error) {
    await controlPlane.close();
    throw explain(error);
  }
  const tellSystemd = notifier(environment, log);
  await tellSystemd('READY=1');
  if (process.stdout.isTTY) console.log(`\nLouCloud is at ${controlPlane.url} (Ctrl-C stops it)\n`);
  log.info({ signal: await stopped }, 'stopping');
  const deadline = setTimeout(() => {
    log.warn(`not stopped within ${END_WITHIN_MS} ms: ending anyway`);
    process.exit(0);
  }, END_WITHIN_MS);
  await tellSystemd('STOPPING=1');
  await controlPlane.close();
  clearTimeout(deadline);
  log.info('stopped');
}

/** As a service of `Type=notify`; elsewhere nobody wants to know. */
function notifier({ NOTIFY_SOCKET }: CommandContext['environment'], log: CommandContext['log']) {
  return async (state: 'READY=1' | 'STOPPING=1'): Promise<void> => {
    if (NOTIFY_SOCKET === undefined) return;
    await promisify(execFile)('systemd-notify', [state]).catch((error: unknown) =>
      log.warn({ err: error }, 'systemd was not told'),
    );
  };
}

function explain(error: unknown): unknown {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  const place = `${address}:${port}`;
  if (code === 'EADDRINUSE')
    return new ConfigError(`${place} is in use: stop what listens there, or choose another LOUCLOUD_LISTEN.`);
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
    return new ConfigError(`LOUCLOUD_LISTEN: it is not possible to listen on ${place} (${code}).`);
  return error;
}

function nextSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  return promise;
}
