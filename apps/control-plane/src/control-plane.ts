/** All parts, wired: the only file in which features, drivers and the platform meet. Nothing runs until `start`. */
import { join } from 'node:path';
import { type Quota, allEndpoints } from '@loucloud/api';
import type { Logger } from 'pino';
import { Gauge } from 'prom-client';
import { type Chore, doChores } from './chores.ts';
import { auditRoutes } from './features/audit/audit-routes.ts';
import { classExpiry } from './features/classes/class-expiry.ts';
import { classAct } from './features/classes/class-operations.ts';
import { classRoutes } from './features/classes/class-routes.ts';
import { classService } from './features/classes/class-service.ts';
import { classStore } from './features/classes/class-store.ts';
import { classVms } from './features/classes/class-vms-service.ts';
import { desktopService } from './features/desktops/desktop-service.ts';
import { Presence } from './features/desktops/presence.ts';
import { watchLinkRoutes } from './features/desktops/watch-link-routes.ts';
import { watchLinkService } from './features/desktops/watch-link-service.ts';
import { desktopSockets } from './features/desktops/desktop-sockets.ts';
import { hostDrain } from './features/hosts/host-drain.ts';
import { hostDrains } from './features/hosts/host-drain-service.ts';
import { hostAccesses } from './features/hosts/host-access.ts';
import { hostOperations } from './features/hosts/host-operations.ts';
import { hostRoutes } from './features/hosts/host-routes.ts';
import { hostStorage } from './features/hosts/host-storage.ts';
import { hostService } from './features/hosts/host-service.ts';
import { ownSshKey } from './features/hosts/own-ssh-key.ts';
import { imageCopies } from './features/images/image-copies.ts';
import { imageCopyOperations } from './features/images/image-copy-operations.ts';
import { imageOperations } from './features/images/image-operations.ts';
import { imageRoutes } from './features/images/image-routes.ts';
import { imageService } from './features/images/image-service.ts';
import { leftoverOperations } from './features/leftovers/leftover-operations.ts';
import { leftoverRoutes } from './features/leftovers/leftover-routes.ts';
import { leftoverService } from './features/leftovers/leftover-service.ts';
import { networkRoutes } from './features/networks/network-routes.ts';
import { networkService } from './features/networks/network-service.ts';
import { operationRoutes } from './features/operations/operation-routes.ts';
import { overviewRoutes } from './features/overview/overview-routes.ts';
import { overviewStore } from './features/overview/overview-store.ts';
import { screenshotRoutes } from './features/screenshots/screenshot-routes.ts';
import { screenshotService } from './features/screenshots/screenshot-service.ts';
import { LoginBackoff } from './features/sessions/login-backoff.ts';
import { sessionRoutes } from './features/sessions/session-routes.ts';
import { sessionService } from './features/sessions/session-service.ts';
import { tokenService } from './features/sessions/token-service.ts';
import { settingsRoutes } from './features/settings/settings-routes.ts';
import { settingsService } from './features/settings/settings-service.ts';
import { statisticsRoutes } from './features/statistics/statistics-routes.ts';
import { statisticsService } from './features/statistics/statistics-service.ts';
import { templateRoutes } from './features/templates/template-routes.ts';
import { templateService } from './features/templates/template-service.ts';
import { meService } from './features/users/me-service.ts';
import { newUsers } from './features/users/new-users.ts';
import { userDeletion } from './features/users/user-operations.ts';
import { userRoutes } from './features/users/user-routes.ts';
import { userService } from './features/users/user-service.ts';
import { staleDomains } from './features/vms/stale-domains.ts';
import { vmBinService } from './features/vms/vm-bin-service.ts';
import { vmDifferences } from './features/vms/vm-differences.ts';
import { vmsElsewhere } from './features/vms/vm-elsewhere-service.ts';
import { type ImagesForMoves, vmMigration } from './features/vms/vm-migration.ts';
import { vmMigrations } from './features/vms/vm-migration-service.ts';
import { vmOperations } from './features/vms/vm-operations.ts';
import { vmOutsideService } from './features/vms/vm-outside-service.ts';
import { vmRebuild } from './features/vms/vm-rebuild.ts';
import { vmRoutes } from './features/vms/vm-routes.ts';
import { vmService } from './features/vms/vm-service.ts';
import { vmStore } from './features/vms/vm-store.ts';
import { vmStates } from './features/vms/vm-states.ts';
import { vmsOfClass } from './features/vms/vms-of-class.ts';
import { vmsOfHost } from './features/vms/vms-of-host.ts';
import { vmsOfUser } from './features/vms/vms-of-user.ts';
import { peersOf } from './peers.ts';
import { claimedHosts } from './platform/claims/claimed-hosts.ts';
import type { Config } from './platform/config.ts';
import { lockDataFolder } from './platform/database/data-lock.ts';
import type { Database, Db, Tx } from './platform/database/database.ts';
import { EventLog } from './platform/events/event-log.ts';
import { EventStream } from './platform/events/event-stream.ts';
import type { Authenticate } from './platform/http/gate.ts';
import { createRegistry } from './platform/http/metrics.ts';
import { serve } from './platform/http/serve.ts';
import { createServer } from './platform/http/server.ts';
import type { HostObserver, Hypervisor } from './platform/hypervisor.ts';
import { OperationEngine } from './platform/operations/engine.ts';
import { operationStore } from './platform/operations/operation-store.ts';
import { RightsWatch } from './platform/rights-watch.ts';
import { SecretBox } from './platform/secrets/secret-box.ts';
import { secretsIn } from './platform/secrets/secrets.ts';

export interface Foundation {
  readonly config: Config;
  readonly database: Database;
  readonly hypervisor: Hypervisor;
  readonly log: Logger;
  readonly version: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TAKE_UP_MS = 5000;
const CONSOLE_DIR = join(import.meta.dirname, '../../console/dist');

export type ControlPlane = Awaited<ReturnType<typeof createControlPlane>>;
type Parts = ReturnType<typeof wireParts>;

export async function createControlPlane(foundation: Foundation) {
  const { config, database, hypervisor, log } = foundation;
  const parts = wireParts(foundation);
  const { engine, hosts, settings, peers, statistics, screenshots } = parts;
  let unlock = () => {};
  const app = await wireServer(foundation, parts);
  return {
    ...parts,
    app,
    database,
    /** Where browsers find it. */
    url: config.publicOrigins[0] ?? '',

    /** Takes up what a former run left, connects to the hosts, and serves. */
    async start(): Promise<void> {
      unlock = lockDataFolder(config.dataDir);
      await peers.register();
      await database.transact(async (tx) => {
        if (await settings.takeRestored(tx)) await engine.giveUpRestored(tx);
      });
      await hosts.joinAll();
      await peers.start();
      await engine.resume();
      const stopChores = doChores(choresOf(parts), { claims: peers.claims, log });
      app.addHook('onClose', async () => stopChores());
      await app.listen({ ...config.listen });
    },

    /** Stops serving, interrupts what runs (the next run resumes it), and lets hosts and database go. */
    async close(): Promise<void> {
      await app.close();
      await parts.presence.stop();
      await engine.stop();
      statistics.stop();
      await screenshots.stop();
      await statistics.write();
      await peers.stop();
      await hypervisor.close();
      await database.close();
      unlock();
    },
  };
}

const choresOf = ({ engine, sessions, copies, bin, leftovers, statistics, expiry }: Parts): Chore[] => [
  // What was committed and not heard of, by this control plane or from another one.
  { everyMs: TAKE_UP_MS, run: () => engine.resume(), complaint: 'operations are not looked for' },
  { everyMs: MINUTE_MS, run: () => sessions.purgeExpired(), complaint: 'expired sessions stay' },
  { everyMs: HOUR_MS, run: () => copies.ageOut(), complaint: 'unused copies of images stay', isPools: true },
  { everyMs: HOUR_MS, run: () => bin.purgeDue(), complaint: 'the recycle bin stays as it is', isPools: true },
  { everyMs: 10 * MINUTE_MS, run: () => statistics.write(), complaint: 'statistics are not written down' },
  {
    everyMs: 5000,
    run: () => statistics.tellPeers(),
    complaint: 'statistics are not told to other control planes',
  },
  { everyMs: HOUR_MS, run: async () => statistics.forgetOld(), complaint: 'old statistics stay in memory' },
  { everyMs: HOUR_MS, run: () => statistics.prune(), complaint: 'old statistics stay', isPools: true },
  { everyMs: MINUTE_MS, run: () => expiry.run(), complaint: 'classes do not expire', isPools: true },
  {
    everyMs: 10 * MINUTE_MS,
    run: async () => {
      if (await leftovers.isSweepDue()) await leftovers.sweep();
    },
    complaint: 'the servers were not swept for leftovers',
    isPools: true,
  },
];

/** Services and operations, in the order in which they need one another. */
function wireParts({ config, database, hypervisor: allHosts, log, version }: Foundation) {
  const { allowsTestHosts } = config;
  const events = new EventLog();
  const rights = new RightsWatch();
  const backoff = new LoginBackoff();
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
    hosts: () => hosts,
  });
  const { claims } = peers;
  const engine = new OperationEngine({ database, events, log, claims });
  const hypervisor = claimedHosts(allHosts, claims);
  const host = (hostId: string) => hypervisor.host(hostId);
  const settings = settingsService({ database, events });

  const sshKey = ownSshKey({ database, secrets });
  const access = hostAccesses({ database, secrets, sshKey });
  const hostWork = hostOperations({ database, events, hypervisor, access });
  const onLost: HostObserver['onLost'] = async (hostId, loss) => {
    storage.onLost(hostId);
    await hosts.onLost(hostId, loss);
    await states.onLost(hostId);
    await stale.onLost(hostId);
  };
  const storage = hostStorage({ database, moves: hypervisor.moves, log });
  const hosts = hostService({
    database,
    engine,
    events,
    hypervisor,
    settings,
    secrets,
    access,
    sshKey,
    operations: hostWork,
    lose: onLost,
    forgetCopies: (tx, hostId) => copies.forgetHost(tx, hostId),
    allowsTestHosts,
  });
  const imageWork = imageOperations({ database, engine, events, host });
  const { whenHashed, suspect } = imageWork;
  const copyWork = imageCopyOperations({ database, events, hypervisor, whenHashed, suspect });
  const copies = imageCopies({ database, engine, events, operations: copyWork, settings });
  const images = imageService({ database, engine, events, operations: imageWork, copies });
  const networks = networkService({ database, events, settings });
  const templates = templateService({ database, events, settings });
  const states = vmStates({ database, events, log, host });
  const stale = staleDomains({ database, events });
  const differences = vmDifferences({ database, events, host });
  const vmWork = vmOperations({ database, events, states, differences, images: copies, host, settings });
  const vmParts = { database, engine, events, operations: vmWork, images: copies, host, settings };
  const vms = vmService(vmParts);
  const bin = vmBinService({ ...vmParts, states }, vms);
  const outside = vmOutsideService(vmParts, vms);
  const rebuilding = vmRebuild({ database, events, host });
  const leftoverWork = leftoverOperations({ database, events, host });
  const leftovers = leftoverService({ database, engine, operations: leftoverWork, host });
  const imagesForMoves: ImagesForMoves = {
    claim: async (tx, key, actor) => (await copies.claim(tx, key, actor)) === 'claimed',
    whenThere: (key, watch) => copies.whenThere(key, watch),
    giveUpUnwanted: (tx, hostId) => copies.giveUpUnwanted(tx, hostId),
  };
  const migration = vmMigration({
    database,
    events,
    states,
    moves: hypervisor.moves,
    images: imagesForMoves,
    host,
  });
  const migrations = vmMigrations({ database, vms, operation: migration, images: imagesForMoves });
  const elsewhere = vmsElsewhere({ database, vms, operation: vmWork.startElsewhere });
  const drainedVms = vmsOfHost({ database, engine, vms, migrations });
  const drain = hostDrain(drainedVms);
  const drains = hostDrains({ database, engine, events, vms: drainedVms, operation: drain });
  const presence = new Presence({
    db: database.db,
    controlPlaneId: peers.id,
    hasPeers: peers.exist,
    onError: (error) => log.warn({ err: error }, 'who watches through other control planes is not known'),
  });
  const desktops = desktopService({
    database,
    events,
    rights,
    presence,
    requireVm: (tx, kind, vmId, caller) =>
      vms.requireVm(tx, kind === 'desktop' ? 'openDesktop' : 'openSerialConsole', vmId, caller),
  });
  const watchLinks = watchLinkService({
    database,
    events,
    desktops,
    requireOwn: (tx, vmId, caller) => vmStore.requireLocked(tx, vmId, caller),
  });

  const statistics = statisticsService({
    database,
    log,
    host,
    requireVm: (vmId, caller) => vms.lookAt('openDesktop', vmId, caller),
    requireHost: (hostId) => hosts.get(hostId),
    hasPeers: peers.exist,
  });

  const screenshots = screenshotService({
    host,
    lookAt: (vmId, caller) => vms.lookAt('openDesktop', vmId, caller),
  });

  const defaultQuota = async (sql?: Db | Tx['sql']): Promise<Quota> =>
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
  const recycleDays = async () => (await settings.read()).recycleDays;
  const countClasses = (userId: string) => classStore.countOwned(database.db, userId);
  const me = meService({ database, events, backoff, defaultQuota, recycleDays, countClasses, endAccess });
  const ownedVms = vmsOfUser({ database, engine, events, vms, bin, settings });
  const deletion = userDeletion({ database, events, endAccess, vms: ownedVms });
  const users = userService({
    database,
    events,
    engine,
    deletion,
    defaultQuota,
    endAccess,
    countAccess,
    vms: ownedVms,
  });

  const classedVms = vmsOfClass({ vms, settings });
  const classes = classService({ database, events, users: newUsers({ events }), vms: classedVms });
  const classWork = classAct({ database, events, vms: classedVms });
  const classesVms = classVms({
    database,
    engine,
    classes,
    vms: classedVms,
    images: {
      async bring(imageId, hostId, caller) {
        const { items } = await copies.prefetch(imageId, [hostId], caller);
        return items[0]?.operationId ?? null;
      },
    },
    screens: {
      ticket: (vmId, caller) => desktops.issue('desktop', vmId, { ...caller, isAdmin: true }, true),
      picture: (vmId, caller) => screenshots.of(vmId, { ...caller, isAdmin: true }),
    },
    operation: classWork,
  });
  const expiry = classExpiry({ database, classes, vms: classedVms });

  engine.register(
    ...Object.values(hostWork),
    imageWork.register,
    imageWork.hash,
    ...Object.values(copyWork.types),
    ...Object.values(vmWork),
    ...Object.values(leftoverWork),
    migration,
    drain,
    deletion,
    classWork,
  );
  hypervisor.observe({
    async onSnapshot(hostId, domains, facts) {
      await hosts.onFacts(hostId, facts);
      void storage.onFacts(hostId, facts.pool);
      await states.onSnapshot(hostId, domains);
      await stale.onSnapshot(hostId, domains);
      statistics.onSnapshot(
        hostId,
        domains.map(({ vmId }) => vmId),
      );
    },
    async onDomain(hostId, vmId, status) {
      await states.onDomain(hostId, vmId, status);
      await stale.onDomain(hostId, vmId, status);
    },
    onAddresses: (hostId, vmId, addresses) => states.onAddresses(hostId, vmId, addresses),
    onHardware: (hostId, hardware) => differences.onHardware(hostId, hardware),
    onHealth: (hostId, reason) => hosts.onHealth(hostId, reason),
    onLost,
  });
  const people = { settings, sessions, tokens, me, users, classes, classesVms, expiry };
  const machines = {
    hosts,
    images,
    copies,
    networks,
    templates,
    vms,
    bin,
    migrations,
    elsewhere,
    drains,
    outside,
    rebuilding,
    leftovers,
    desktops,
    statistics,
    screenshots,
    presence,
    watchLinks,
  };
  return { events, rights, engine, peers, ...people, ...machines };
}

async function wireServer({ config, database, hypervisor, log, version }: Foundation, parts: Parts) {
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
    host: (hostId) => hypervisor.host(hostId),
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
    ...statisticsRoutes(parts.statistics),
    ...overviewRoutes(db, (hostIds) => parts.statistics.latest(hostIds)),
  };
  serve(app, allEndpoints, handlers, server);
  return app;
}
