/** What a host and its guests have used so far: one call for all of its domains. */
import {
  ErrorNumber,
  ListDomainsFlag,
  type ReplyOf,
  StatsFlag,
  StatsType,
  type TypedParam,
} from '@loucloud/libvirt';
import type { DomainReading, HostReading } from '../../platform/hypervisor.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';

const WANTED = StatsType.cpuTotal | StatsType.balloon | StatsType.interface | StatsType.block;

type Statistic = ReplyOf<'nodeGetCpuStats'>['params'][number];

export async function readCounters(host: Calls): Promise<HostReading | null> {
  try {
    const { records } = await host.call('connectGetAllDomainStats', {
      domains: [],
      stats: WANTED,
      // One guest whose monitor hangs must not hold up the figures of all.
      flags: ListDomainsFlag.active | StatsFlag.noWait,
    });
    const readAtMs = performance.now();
    const [cpuNs, memoryBytes] = await Promise.all([nodeCpuNs(host), nodeMemoryBytes(host)]);
    const domains = new Map(
      records.map(({ domain, params }) => [domain.uuid, domainReading(domain.id, params)]),
    );
    return { readAtMs, cpuNs, memoryBytes, domains };
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noSupport)) return null;
    throw error;
  }
}

function domainReading(run: number, params: readonly TypedParam[]): DomainReading {
  const one = (name: string) => sumOf(params, (field) => field === name);
  /** Of all disks, all cards: libvirt counts each alone. */
  const all = (kind: 'block' | 'net', end: string) =>
    sumOf(params, (field) => field.endsWith(end) && field.startsWith(kind)) ??
    (one(`${kind}.count`) === 0 ? 0 : null);
  return {
    run,
    cpuNs: one('cpu.time'),
    memoryBytes: takenBytes(one('balloon.rss'), one('balloon.current')),
    diskReadBytes: all('block', '.rd.bytes'),
    diskWrittenBytes: all('block', '.wr.bytes'),
    receivedBytes: all('net', '.rx.bytes'),
    sentBytes: all('net', '.tx.bytes'),
  };
}

/** null: there is none such. */
function sumOf(params: readonly TypedParam[], isWanted: (field: string) => boolean): number | null {
  let sum: number | null = null;
  for (const { field, value } of params)
    if (typeof value === 'number' && isWanted(field)) sum = (sum ?? 0) + value;
  return sum;
}

/** QEMU itself takes some beside the guest: nobody's guest has more than it was given. */
function takenBytes(rssKib: number | null, givenKib: number | null): number | null {
  if (rssKib === null) return null;
  return 1024 * (givenKib === null ? rssKib : Math.min(rssKib, givenKib));
}

async function nodeCpuNs(host: Calls): Promise<number | null> {
  const stats = await statistics(async (paramCount) =>
    host.call('nodeGetCpuStats', { cpu: -1, paramCount, flags: 0 }),
  );
  const [kernel, user] = [stats.get('kernel'), stats.get('user')];
  return kernel === undefined || user === undefined ? null : kernel + user;
}

async function nodeMemoryBytes(host: Calls): Promise<number | null> {
  const stats = await statistics(async (paramCount) =>
    host.call('nodeGetMemoryStats', { cell: -1, paramCount, flags: 0 }),
  );
  const total = stats.get('total');
  if (total === undefined) return null;
  const free = ['free', 'buffers', 'cached'].reduce((sum, name) => sum + (stats.get(name) ?? 0), 0);
  return 1024 * Math.max(0, total - free);
}

/** Asked twice: libvirt takes only the exact number of figures there are. Empty where a driver has none. */
async function statistics(
  ask: (paramCount: number) => Promise<{ params: readonly Statistic[]; paramCount: number }>,
): Promise<ReadonlyMap<string, number>> {
  try {
    const { paramCount } = await ask(0);
    const { params } = await ask(paramCount);
    return new Map(params.map(({ field, value }) => [field, value]));
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noSupport)) return new Map();
    throw error;
  }
}
