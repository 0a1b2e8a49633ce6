/** The `loucloud` control plane: reads what it is told, wires the parts together, and runs a command. The only file that wires. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemEndpoints, userEndpoints } from '@loucloud/api';
import type { Logger } from 'pino';
import { init } from './commands/init.ts';
import { resetAdmin } from './commands/reset-admin.ts';
import { serveUntilStopped } from './commands/serve.ts';
import { auditRoutes } from './features/audit/audit-routes.ts';
import { overviewRoutes } from './features/overview/overview-routes.ts';
import { overviewStore } from './features/overview/overview-store.ts';
import { LoginBackoff } from './features/sessions/login-backoff.ts';
import { sessionRoutes } from './features/sessions/session-routes.ts';
import { sessionService } from './features/sessions/session-service.ts';
import { tokenService } from './features/sessions/token-service.ts';
import { settingsRoutes } from './features/settings/settings-routes.ts';
import { settingsService } from './features/settings/settings-service.ts';
import { meService } from './features/users/me-service.ts';
import { type VmsOfUser, userDeletion } from './features/users/user-operations.ts';
import { userRoutes } from './features/users/user-routes.ts';
import { userService } from './features/users/user-service.ts';
import { type Config, ConfigError, readConfig } from './platform/config.ts';
import { type Database, openDatabase } from './platform/database/database.ts';
import { EventLog } from './platform/events/event-log.ts';
import { EventStream } from './platform/events/event-stream.ts';
import { serve } from './platform/http/serve.ts';
import { createServer } from './platform/http/server.ts';
import { createRegistry } from './platform/http/metrics.ts';
import { createLog } from './platform/log.ts';
import { OperationEngine } from './platform/operations/engine.ts';
import { operationStore } from './platform/operations/operation-store.ts';
import { RightsWatch } from './platform/rights-watch.ts';

const USAGE = `usage: loucloud-control-plane COMMAND
  serve               run the control plane
  init [--if-needed]  set up: the database, the admin, this machine as the first server
  reset-admin         set a new password for the admin
  version`;

const MINUTE_MS = 60_000;

export interface ControlPlaneDeps {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  /** The VM feature's part in deleting a user. */
  readonly vms: VmsOfUser;
}

export type ControlPlane = Awaited<ReturnType<typeof createControlPlane>>;

/** All parts, wired; nothing listens or runs yet. */
export async function createControlPlane({ config, database, log, vms }: ControlPlaneDeps) {
  const { db } = database;
  const events = new EventLog();
  const rights = new RightsWatch();
  const backoff = new LoginBackoff();
  const engine = new OperationEngine({ database, events, log });

  const settings = settingsService({ database, events });
  const defaultQuota: Parameters<typeof meService>[0]['defaultQuota'] = async (sql) =>
    (await settings.read(sql)).defaultQuota;
  const sessions = sessionService({
    database,
    events,
    rights,
    backoff,
    lifetimeMs: async () => (await settings.read()).sessionLifetimeMinutes * MINUTE_MS,
    meOf: (userId, sessionId) => me.get(userId, sessionId),
  });
  const { endAccess, countAccess } = sessions;
  const tokens = tokenService({ database, events, rights });
  const me = meService({ database, events, defaultQuota, endAccess, backoff });
  const deletion = userDeletion({ database, events, vms, endAccess });
  engine.register(deletion);
  const users = userService({
    database,
    events,
    engine,
    deletion,
    vms,
    defaultQuota,
    endAccess,
    countAccess,
  });

  const registry = createRegistry(async () => ({
    vmsByState: await overviewStore.vmsByState(db),
    hostsByHealth: await overviewStore.hostsByHealth(db),
    operationsActive: (await operationStore.list(db, { isActive: true, limit: 1 })).total,
  }));
  const server = await createServer({
    config,
    database,
    log,
    registry,
    authenticate: (credential) => sessions.authenticate(credential),
    consoleDir: join(import.meta.dirname, '../../console/dist'),
    version: version(),
  });
  const stream = new EventStream({ db, events, rights, gate: server.gate });
  stream.serve(server.app);
  serve(
    server.app,
    { ...userEndpoints, ...systemEndpoints },
    {
      ...sessionRoutes(sessions, tokens),
      ...userRoutes(users, me),
      ...settingsRoutes(settings),
      ...auditRoutes(db),
      ...overviewRoutes(db),
    },
    server,
  );

  return {
    app: server.app,
    database,
    users,
    settings,

    /** Takes up what a former run left, and serves. */
    async start(): Promise<void> {
      await engine.resume();
      const purge = setInterval(() => {
        sessions.purgeExpired().catch((error: unknown) => log.warn({ err: error }, 'expired sessions stay'));
      }, MINUTE_MS);
      server.app.addHook('onClose', async () => clearInterval(purge));
      await server.app.listen({ ...config.listen });
    },

    /** Stops serving, interrupts what runs (the next run resumes it), and lets the database go. */
    async close(): Promise<void> {
      await server.app.close();
      await engine.stop();
      await database.close();
    },
  };
}

/** What a fresh set-up begins with, beside the admin: this machine as a server, a network, an image, a template. */
async function firstHost(_: ControlPlane): Promise<void> {}

const vmsOfUser: VmsOfUser = {
  list: () => Promise.resolve([]),
  transfer: () => Promise.resolve(),
  deleteAll: () => Promise.resolve(),
};

export const version = (): string => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  return version;
};

async function run([command, ...options]: readonly string[]): Promise<void> {
  if (command === 'version') return console.log(version());
  const commands = { serve: serveUntilStopped, init, 'reset-admin': resetAdmin };
  if (command === undefined || !Object.hasOwn(commands, command)) throw new ConfigError(USAGE);
  const config = readConfig(process.env);
  // Nothing that LouCloud writes is for anybody else on this machine to read.
  process.umask(0o077);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const log = createLog(config.logLevel);
  const database = await openDatabase(config.databaseUrl);
  const controlPlane = await createControlPlane({ config, database, log, vms: vmsOfUser });
  await commands[command as keyof typeof commands]({
    controlPlane,
    log,
    options,
    environment: process.env,
    firstHost: () => firstHost(controlPlane),
  });
}

if (import.meta.main) {
  run(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = 1;
  });
}
