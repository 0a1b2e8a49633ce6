/**
 * Asks each host that this control plane holds for its counters once a minute, and every few seconds while somebody looks
 * at live figures of it or of a VM there. The last hour stays in memory, the last day goes into the database.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Statistics, StatisticsRange } from '@loucloud/api';
import type { Logger } from 'pino';
import type { Caller } from '../../platform/caller.ts';
import type { Database } from '../../platform/database/database.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { FiguresKept } from './figures-kept.ts';
import { BLOCK_MS, type Block, blockStart } from './history-block.ts';
import { HostSampler, pitches } from './host-sampler.ts';
import { NOTHING_RECENT, type RecentFigures, packedFigures, unpackedFigures } from './recent-figures.ts';
import { type Known, latestOf, statisticsOf } from './series.ts';
import { statisticsStore } from './statistics-store.ts';

interface Deps {
  readonly database: Database;
  readonly log: Logger;
  readonly host: (hostId: string) => Pick<HostDriver, 'readCounters'>;
  /** Throws `not_found` for what is not the caller's to see. */
  readonly requireVm: (vmId: string, caller: Caller) => Promise<unknown>;
  readonly requireHost: (hostId: string) => Promise<unknown>;
  /** Other control planes serve too: what this one does not hold they do. */
  readonly hasPeers: () => boolean;
  readonly now?: () => number;
}

/** What was last seen of a host or a VM. */
export interface Use {
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
}

interface Sampled {
  readonly sampler: HostSampler;
  vmIds: ReadonlySet<string>;
  /** Of its last snapshot: a host that is silent, or another control plane's, is not asked. */
  seenAt: number;
  isReading: boolean;
  liveUntil: number;
  timer: NodeJS.Timeout | null;
}

const DAY_MS = 86_400_000;
/** After the last question for live figures: longer than the console's pause between two. */
const LIVE_MS = 15_000;
/** Longer than between two snapshots. */
const SILENT_MS = 90_000;
/** SQLite writes while everybody waits: not for long. */
const ROWS_AT_ONCE = 100;

export type StatisticsService = ReturnType<typeof statisticsService>;

export function statisticsService({
  database,
  log,
  host,
  requireVm,
  requireHost,
  hasPeers,
  now = Date.now,
}: Deps) {
  const kept = new FiguresKept();
  const hosts = new Map<string, Sampled>();
  const hostOf = new Map<string, string>();

  async function read(hostId: string, sampled: Sampled): Promise<void> {
    if (sampled.isReading) return;
    sampled.isReading = true;
    try {
      const reading = await host(hostId).readCounters();
      if (reading) sampled.sampler.take(reading, now(), sampled.vmIds);
    } catch (error) {
      // Whether a host answers is watched, and told, elsewhere: here it leaves a gap.
      log.debug({ err: error, hostId }, 'a host told no counters');
    } finally {
      sampled.isReading = false;
    }
  }

  /** Asks its host often from now on, for a while. */
  function look(objectId: string): void {
    const hostId = hosts.has(objectId) ? objectId : hostOf.get(objectId);
    const sampled = hostId === undefined ? undefined : hosts.get(hostId);
    if (hostId === undefined || !sampled) return;
    sampled.liveUntil = now() + LIVE_MS;
    kept.keepLive(objectId, sampled.liveUntil);
    if (sampled.timer) return;
    sampled.timer = setInterval(() => {
      if (now() > sampled.liveUntil) stopLooking(sampled);
      else if (now() - sampled.seenAt < SILENT_MS) void read(hostId, sampled);
    }, pitches.live);
    void read(hostId, sampled);
  }

  function stopLooking(sampled: Sampled): void {
    if (sampled.timer) clearInterval(sampled.timer);
    sampled.timer = null;
  }

  async function serve(objectId: string, range: StatisticsRange): Promise<Statistics> {
    if (range === 'live') look(objectId);
    const recent = range === 'day' ? NOTHING_RECENT : await recentOf(objectId);
    const at = now();
    const first = range === 'day' ? at - DAY_MS : at - DAY_MS / 24;
    const starts: number[] = [];
    for (let start = blockStart(first); start <= at; start += BLOCK_MS) starts.push(start);
    const written =
      range === 'live' ? new Map<number, Block>() : await statisticsStore.read(database.db, objectId, starts);
    return statisticsOf(range, at, knownOf(objectId, recent, written));
  }

  const knownOf = (objectId: string, recent: RecentFigures, written: ReadonlyMap<number, Block>): Known => ({
    recent,
    blocks: [(startsAt) => kept.block(objectId, startsAt), (startsAt) => written.get(startsAt) ?? null],
  });

  function isHeld(objectId: string): boolean {
    const sampled = hosts.get(hosts.has(objectId) ? objectId : (hostOf.get(objectId) ?? ''));
    return sampled !== undefined && now() - sampled.seenAt < SILENT_MS;
  }

  /** What this control plane has not, another one that holds the host writes down while it is wanted. */
  async function recentOf(objectId: string): Promise<RecentFigures> {
    const here = kept.recent(objectId);
    if (!hasPeers() || isHeld(objectId)) return here;
    const until = now() + 2 * LIVE_MS;
    const told = await database.transact((tx) => statisticsStore.want(tx, objectId, until));
    return told === null ? here : unpackedFigures(told);
  }

  return {
    /** Told of each host that is held here, every half minute. Does not wait for the host. */
    onSnapshot(hostId: string, vmIds: readonly string[]): void {
      const at = now();
      const sampled = hosts.get(hostId) ?? {
        sampler: new HostSampler(hostId, (...sample) => kept.put(...sample)),
        vmIds: new Set<string>(),
        seenAt: at,
        isReading: false,
        liveUntil: 0,
        timer: null,
      };
      hosts.set(hostId, sampled);
      for (const vmId of sampled.vmIds) if (hostOf.get(vmId) === hostId) hostOf.delete(vmId);
      sampled.vmIds = new Set(vmIds);
      sampled.seenAt = at;
      for (const vmId of vmIds) hostOf.set(vmId, hostId);
      if (sampled.sampler.isDue('minute', at)) void read(hostId, sampled);
    },

    async ofVm(vmId: string, range: StatisticsRange, caller: Caller): Promise<Statistics> {
      await requireVm(vmId, caller);
      return serve(vmId, range);
    },

    async ofHost(hostId: string, range: StatisticsRange): Promise<Statistics> {
      await requireHost(hostId);
      return serve(hostId, range);
    },

    /** What they use now, or did a few minutes ago; nothing of those that nobody has heard of since. */
    async latest(objectIds: readonly string[]): Promise<Map<string, Use>> {
      const at = now();
      const known = new Map(
        objectIds.flatMap((id) => entryOf(id, latestOf(at, knownOf(id, kept.recent(id), new Map())))),
      );
      const others = objectIds.filter((id) => !known.has(id));
      const written = await statisticsStore.readMany(database.db, others, blockStart(at));
      for (const [objectId, block] of written) {
        const blocks = new Map([[blockStart(at), block]]);
        for (const [id, use] of entryOf(objectId, latestOf(at, knownOf(objectId, NOTHING_RECENT, blocks))))
          known.set(id, use);
      }
      return known;
    },

    /** Writes down what somebody looks at through another control plane. */
    async tellPeers(): Promise<void> {
      if (!hasPeers()) return;
      for (const objectId of await statisticsStore.wanted(database.db, now())) {
        if (!isHeld(objectId)) continue;
        look(objectId);
        const samples = packedFigures(kept.recent(objectId));
        await database.transact((tx) => statisticsStore.tell(tx, objectId, samples));
      }
    },

    /** What there is of the history so far, into the database. */
    async write(): Promise<void> {
      for (const [startsAt, blocks] of kept.takeUnwritten(now())) {
        for (const part of inParts([...blocks])) {
          await nextTurn();
          await database
            .transact((tx) => statisticsStore.write(tx, startsAt, new Map(part)))
            .catch((error: unknown) => {
              kept.putBack(startsAt, new Map(part));
              throw error;
            });
        }
      }
    },

    /** In memory; the database's is for one control plane to do, see `prune`. */
    forgetOld(): void {
      const at = now();
      kept.forgetOld(at);
      for (const [hostId, { seenAt }] of hosts)
        if (at - seenAt > DAY_MS / 24) {
          hosts.delete(hostId);
          for (const [vmId, where] of hostOf) if (where === hostId) hostOf.delete(vmId);
        }
    },

    prune: (): Promise<void> =>
      database.transact((tx) => statisticsStore.prune(tx, blockStart(now() - DAY_MS))),

    stop(): void {
      for (const sampled of hosts.values()) stopLooking(sampled);
    },
  };
}

const entryOf = (id: string, use: Use | null): [string, Use][] => (use ? [[id, use]] : []);

function* inParts<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += ROWS_AT_ONCE) yield items.slice(at, at + ROWS_AT_ONCE);
}
