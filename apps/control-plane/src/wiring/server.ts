/** What is served: routes, sockets, live pages, metrics, the console. */
import { join } from 'node:path';
import { allEndpoints } from '@loucloud/api';
import { Gauge } from 'prom-client';
import { auditRoutes } from '../features/audit/audit-routes.ts';
import { classRoutes } from '../features/classes/class-routes.ts';
import { clipboardRoutes } from '../features/desktops/clipboard-routes.ts';
import { watchLinkRoutes } from '../features/desktops/watch-link-routes.ts';
import { desktopSockets } from '../features/desktops/desktop-sockets.ts';
import { hostRoutes } from '../features/hosts/host-routes.ts';
import { imageRoutes } from '../features/images/image-routes.ts';
import { leftoverRoutes } from '../features/leftovers/leftover-routes.ts';
import { networkRoutes } from '../features/networks/network-routes.ts';
import { operationRoutes } from '../features/operations/operation-routes.ts';
import { overviewRoutes } from '../features/overview/overview-routes.ts';
import { overviewStore } from '../features/overview/overview-store.ts';
import { screenshotRoutes } from '../features/screenshots/screenshot-routes.ts';
import { sessionRoutes } from '../features/sessions/session-routes.ts';
import { settingsRoutes } from '../features/settings/settings-routes.ts';
import { statisticsRoutes } from '../features/statistics/statistics-routes.ts';
import { templateRoutes } from '../features/templates/template-routes.ts';
import { userRoutes } from '../features/users/user-routes.ts';
import { vmRoutes } from '../features/vms/vm-routes.ts';
import { EventStream } from '../platform/events/event-stream.ts';
import type { Authenticate } from '../platform/http/gate.ts';
import { createRegistry } from '../platform/http/metrics.ts';
import { serve } from '../platform/http/serve.ts';
import { createServer } from '../platform/http/server.ts';
import { operationStore } from '../platform/operations/operation-store.ts';
import type { Foundation } from './ground.ts';
import type { Parts } from './parts.ts';
const CONSOLE_DIR = join(import.meta.dirname, '../../../console/dist');

export async function wireServer({ config, database, hypervisor, log, version }: Foundation, parts: Parts) {
  const { db } = database;
  const { events, rights, settings, sessions, tokens, me, users, desktops, peers } = parts;
  const registry = createRegistry(async () => ({
    vmsByState: await overviewStore.vmsByState(db),
    hostsByHealth: await overviewStore.hostsByHealth(db),
    operationsActive: (await operationStore.list(db, { isActive: true, limit: 1 })).total,
  }));
  const authenticate: Authenticate = (...request) => sessions.authenticate(...request);
  const consoleDir = CONSOLE_DIR;
  const server = await createServer({ config, database, log, registry, authenticate, consoleDir, version });
  const { app, gate } = server;
  const stream = new EventStream({ db, events, rights, gate, hasPeers: peers.exist });
  const gauge = (name: string, help: string, read: () => number) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  gauge('loucloud_event_streams', 'Open event streams', () => stream.size);
  gauge('loucloud_desktops', 'Open desktops and serial consoles', () => desktops.count());

  stream.serve(app);
  desktopSockets(app, {
    desktops,
    clipboards: parts.sharedClipboards,
    host: (hostId) => hypervisor.host(hostId),
    read: (stream, listener) => hypervisor.readStream(stream, listener),
    authorizeUpgrade: (request) => gate.authorizeUpgrade(request),
  });
  const handlers = {
    ...sessionRoutes(sessions, tokens),
    ...userRoutes(users, me),
    ...hostRoutes(parts.hosts, parts.drains),
    ...imageRoutes(parts.images, parts.copies),
    ...networkRoutes(parts.networks),
    ...templateRoutes(parts.templates),
    ...vmRoutes(parts.vms, parts.bin, parts.outside, parts.migrations, parts.elsewhere, desktops),
    ...classRoutes(parts.classes, parts.classesVms),
    ...watchLinkRoutes(parts.watchLinks),
    ...leftoverRoutes(parts.leftovers),
    ...operationRoutes({ database, engine: parts.engine }),
    ...settingsRoutes(settings),
    ...auditRoutes(db),
    ...screenshotRoutes(parts.screenshots),
    ...clipboardRoutes(parts.clipboards),
    ...statisticsRoutes(parts.statistics),
    ...overviewRoutes(db, (hostIds) => parts.statistics.latest(hostIds)),
  };
  serve(app, allEndpoints, handlers, server);
  return app;
}
