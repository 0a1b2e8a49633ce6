/** What Prometheus reads at /metrics. Whoever measures something more registers it in `registry`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { UserError } from '../errors.ts';
import type { Gate } from './gate.ts';

/** Counted in the database at each scrape. */
export interface Census {
  readonly vmsByState: Readonly<Record<string, number>>;
  readonly hostsByHealth: Readonly<Record<string, number>>;
  readonly operationsActive: number;
}

export function createRegistry(count: () => Promise<Census>): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (
    name: string,
    help: string,
    label: string,
    read: (census: Census) => Record<string, number>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        this.reset();
        for (const [value, many] of Object.entries(read(await count()))) this.set({ [label]: value }, many);
      },
    });
  gauge('loucloud_vms', 'VMs by state', 'state', (census) => census.vmsByState);
  gauge('loucloud_hosts', 'Servers by health', 'health', (census) => census.hostsByHealth);
  registry.registerMetric(
    new Gauge({
      name: 'loucloud_operations_active',
      help: 'Operations that are not over',
      registers: [],
      async collect() {
        this.set((await count()).operationsActive);
      },
    }),
  );
  return registry;
}

export function serveMetrics(app: FastifyInstance, registry: Registry, gate: Gate): void {
  const durations = new Histogram({
    name: 'loucloud_http_request_duration_seconds',
    help: 'HTTP requests by endpoint and status',
    labelNames: ['endpoint', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { endpoint } = request.routeOptions.config;
    // Only the table's names: a path would make as many series as there are ids.
    if (endpoint !== undefined)
      durations.observe({ endpoint, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { logLevel: 'warn' }, async (request, reply) => {
    const isAllowed = isLocal(request) || (await gate.identify(request))?.isAdmin;
    if (!isAllowed) throw new UserError('unauthenticated');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** A scrape from this very machine, not passed on by a proxy on it. Others need the admin's API token. */
const isLocal = ({ raw, headers }: FastifyRequest): boolean =>
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined &&
  /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(raw.socket.remoteAddress ?? '');
