/** What serving beside other control planes over the same database takes; nothing of it runs where there can be none. */
import { join } from 'node:path';
import type { Event } from '@loucloud/api';
import type { Logger } from 'pino';
import type { HostService } from './features/hosts/host-service.ts';
import { ClaimKeeper } from './platform/claims/claim-keeper.ts';
import { type Claims, alone } from './platform/claims/claims.ts';
import { type Config, ConfigError } from './platform/config.ts';
import type { Database } from './platform/database/database.ts';
import type { EventLog } from './platform/events/event-log.ts';
import { EventTail } from './platform/events/event-tail.ts';
import type { OperationEngine } from './platform/operations/engine.ts';
import { ProgressTail } from './platform/operations/progress-tail.ts';
import type { RightsWatch } from './platform/rights-watch.ts';
import type { Secrets } from './platform/secrets/secrets.ts';

interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  readonly version: string;
  readonly events: EventLog;
  readonly rights: RightsWatch;
  readonly secrets: Secrets;
  /** Made with these claims, so not there yet. */
  readonly engine: () => OperationEngine;
  readonly hosts: () => HostService;
}

export interface Peers {
  readonly claims: Claims;
  /** This one's, among them; null where there can be no other. */
  readonly id: string | null;
  /** Others serve too, or did since this one began. */
  readonly exist: () => boolean;
  /** One of several from here on; it does nothing yet. */
  register(): Promise<void>;
  /** Hears of what the others do, and takes its share of the work. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function peersOf(parts: Parts): Peers {
  return parts.database.adapter.name === 'mysql' ? severalOver(parts) : nobody;
}

/** SQLite's file is one process's. */
const nobody: Peers = {
  claims: alone,
  id: null,
  exist: () => false,
  register: async () => {},
  start: async () => {},
  stop: async () => {},
};

function severalOver(parts: Parts): Peers {
  const { config, database, log, version, events, rights, secrets, engine, hosts } = parts;
  const { db } = database;
  const keeper = new ClaimKeeper({
    db,
    log,
    version,
    dataDir: config.dataDir,
    prepare: async (hostId) => {
      if (hostId !== null) await hosts().joinAgain(hostId);
    },
    isBusy: (work) => engine().isBusy(work),
  });
  const tail = new EventTail({ db, events, log });
  const progress = new ProgressTail({ db, events, log, isOurs: (id) => engine().runs(id) });
  const report = (error: unknown) =>
    log.error({ err: error }, 'what another control plane did is not followed');

  events.onRemote((event) => {
    const { type, objectId } = event;
    if (type.startsWith('operation.')) noticeOperation(engine(), event).catch(report);
    else if (type === 'host.added' || type === 'host.updated' || type === 'host.removed')
      hosts().joinAgain(objectId).catch(report);
    else if (type === 'session.ended' || type === 'token.revoked' || type.startsWith('user.')) rights.doubt();
  });
  return {
    claims: keeper,
    id: keeper.id,
    exist: () => keeper.hasSeenOthers,
    async register() {
      // It would take hosts that it cannot log in to from those who can.
      if (!(await secrets.open(db)) && (await keeper.hasLivingPeers())) throw wrongKey(config);
      await keeper.register();
    },
    async start() {
      await tail.start();
      progress.start();
      await keeper.start();
    },
    async stop() {
      progress.stop();
      await tail.stop();
      await keeper.stop();
    },
  };
}

const wrongKey = ({ dataDir }: Config) =>
  new ConfigError(
    `Another control plane serves over this database, and ${join(dataDir, 'secret.key')} does not open what is sealed in it: copy secret.key from the other one’s data folder.`,
  );

async function noticeOperation(engine: OperationEngine, { type, details }: Event): Promise<void> {
  const { operationId: id, state } = details;
  if (typeof id !== 'string') return;
  if (type === 'operation.cancelRequested') engine.noticed(id, 'cancelRequested');
  if (type === 'operation.finished' && state === 'superseded') engine.noticed(id, 'superseded');
  if (type === 'operation.started') await engine.begin(id);
}
