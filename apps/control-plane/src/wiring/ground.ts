/** What all parts stand on: the database, the hosts, events, operations, settings. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { settingsService } from '../features/settings/settings-service.ts';
import { peersOf } from '../peers.ts';
import { claimedHosts } from '../platform/claims/claimed-hosts.ts';
import type { Config } from '../platform/config.ts';
import type { Database } from '../platform/database/database.ts';
import { EventLog } from '../platform/events/event-log.ts';
import type { Hypervisor } from '../platform/hypervisor.ts';
import { OperationEngine } from '../platform/operations/engine.ts';
import { RightsWatch } from '../platform/rights-watch.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { secretsIn } from '../platform/secrets/secrets.ts';
import type { HostService } from '../features/hosts/host-service.ts';
export interface Foundation {
  readonly config: Config;
  readonly database: Database;
  readonly hypervisor: Hypervisor;
  readonly log: Logger;
  readonly version: string;
}

/** `hosts`: made of this, so not there yet. */
export function groundOf(
  { config, database, hypervisor: allHosts, log, version }: Foundation,
  hosts: () => HostService,
) {
  const events = new EventLog();
  const rights = new RightsWatch();
  const secrets = secretsIn(new SecretBox(join(config.dataDir, 'secret.key')));
  const peers = peersOf({
    config,
    secrets,
    database,
    log,
    version,
    events,
    rights,
    engine: () => engine,
    hosts,
  });
  const engine = new OperationEngine({ database, events, log, claims: peers.claims });
  const hypervisor = claimedHosts(allHosts, peers.claims);
  const host = (hostId: string) => hypervisor.host(hostId);
  const settings = settingsService({ database, events });
  return { config, database, log, events, rights, secrets, peers, engine, hypervisor, host, settings };
}

export type Ground = ReturnType<typeof groundOf>;
