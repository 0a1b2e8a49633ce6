/**
 * Tells when one of our domains is defined otherwise than it was: libvirt tells nobody of most such changes, so each
 * domain is read again and again, a few together, at a pace that neither its host nor this process hardly feels. An event
 * brings its domain's turn at once.
 */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CallTimeoutError, type Link } from '@loucloud/libvirt';
import type { DomainHardware } from '../../platform/hypervisor.ts';
import { type DiskPool, measureDisks } from './domain-disks.ts';
import { diskPool, hardwareIn, readTexts } from './domain-hardware.ts';
import { type Calls, backgroundCalls } from './host-link.ts';
import { refreshByName } from './pools.ts';
import type { OwnedDomains } from './owned-domains.ts';

const READ_MS = 10_000;
/** All domains of a host are looked at once in this time, if all hosts together have not too many. */
const ROUND_MS = 1000;
/** At most 50 a second of all hosts: of 1000 domains each has its turn every 20 s. */
const PACE_MS = 20;
/** While we make or change so many domains of a host at once, what is read in turn leaves it to them: a tenth as often. */
const MANY = 4;
const YIELDING = 10;
const YIELD_MAX_MS = 2000;
/** Replies that come together cost half of what they cost one by one. */
const AT_ONCE = 8;
const POOL_LOOK_MS = 30_000;
/** One thing that happens is often told by several events; and who waits for it goes first. */
const LOOK_AFTER_MS = 200;
/** After a reading that failed: a host that hangs is not asked again at once. */
const RETRY_MS = 10_000;
/** Storage that hangs holds each call that looks at it, so it is not asked often. */
const STORAGE_RETRY_MS = 300_000;

/** Of the process: many hosts cost no more than a few. */
let nextTurnAt = 0;

/** How long to wait for the next turns, which are then taken. */
function takePace(turns: number, now = performance.now()): number {
  nextTurnAt = Math.max(now, nextTurnAt) + PACE_MS * turns;
  return nextTurnAt - now;
}

export interface HardwareWatchOptions {
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly poolName: string;
  /** Those that we are changing at this moment: what they are then says nothing, and `changed` is told when that is over. */
  readonly changing: Pick<ReadonlySet<string>, 'has' | 'size'>;
  readonly onHardware: (hardware: DomainHardware) => void;
  readonly onError: (error: unknown) => void;
}

type Measured = Pick<DomainHardware, 'disks' | 'missingDisks'>;

/** No more than tells whether anything has changed: there may be ten thousand of these. */
interface Known extends Measured {
  /** Digests of the XML that was read, and of what was told of it. */
  readonly read: string;
  readonly told: string;
}

export class HardwareWatch {
  readonly #options: HardwareWatchOptions;
  readonly #known = new Map<string, Known | null>();
  #turns: string[] = [];
  /** Those that something has happened to. */
  readonly #urgent = new Set<string>();
  /** Those whose urgent turn waits until we have changed them. */
  readonly #postponed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #isReading = false;
  #isClosed = false;
  #pool: DiskPool | null = null;
  #poolSeenAt = -Infinity;
  #storageAskedFrom = -Infinity;

  constructor(options: HardwareWatchOptions) {
    this.#options = options;
  }

  /** The host has these of ours, and no others. */
  watchOnly(vmIds: readonly string[]): void {
    const there = new Set(vmIds);
    for (const vmId of this.#known.keys()) if (!there.has(vmId)) this.#known.delete(vmId);
    let hasNew = false;
    for (const vmId of vmIds) {
      if (this.#known.has(vmId)) continue;
      this.#known.set(vmId, null);
      hasNew = true;
    }
    if (hasNew || this.#timer === undefined) this.#arm(0);
  }

  /** Something has happened to it. */
  look(vmId: string): void {
    if (!this.#known.has(vmId)) this.#known.set(vmId, null);
    this.#urgent.add(vmId);
    if (this.#dueAt > performance.now() + LOOK_AFTER_MS) this.#arm(LOOK_AFTER_MS);
  }

  /** As `look`, where it may be anybody's. */
  lookIfKnown(vmId: string): void {
    if (this.#known.has(vmId)) this.look(vmId);
  }

  /** We have done with it. */
  changed(vmId: string): void {
    if (this.#postponed.delete(vmId)) this.look(vmId);
  }

  /** At its next turn it is told, whether or not it is as it was told before. */
  tellAnew(vmId: string): void {
    if (this.#known.has(vmId)) this.#known.set(vmId, null);
  }

  forgetAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Infinity;
    this.#known.clear();
    this.#turns = [];
    this.#urgent.clear();
    this.#postponed.clear();
    this.#pool = null;
  }

  close(): void {
    this.#isClosed = true;
    this.forgetAll();
  }

  #arm(delayMs: number): void {
    if (this.#isClosed || this.#isReading || this.#known.size === 0) return;
    clearTimeout(this.#timer);
    this.#dueAt = performance.now() + delayMs;
    this.#timer = setTimeout(() => void this.#next(), delayMs);
  }

  #takeTurns(): string[] {
    if (this.#urgent.size > 0) {
      const urgent = [...this.#urgent].slice(0, AT_ONCE);
      for (const vmId of urgent) this.#urgent.delete(vmId);
      return urgent;
    }
    if (this.#turns.length === 0) this.#turns = [...this.#known.keys()];
    return this.#turns.splice(0, AT_ONCE);
  }

  async #next(): Promise<void> {
    const { link, onError, changing } = this.#options;
    const isUrgent = this.#urgent.size > 0;
    const turns = this.#takeTurns();
    const vmIds = turns.filter((vmId) => !changing.has(vmId));
    if (isUrgent) for (const vmId of turns) if (!vmIds.includes(vmId)) this.#postponed.add(vmId);
    this.#isReading = true;
    this.#dueAt = Infinity;
    const host = backgroundCalls(link, READ_MS);
    const outcomes = await Promise.allSettled(vmIds.map((vmId) => this.#read(host, vmId)));
    this.#isReading = false;
    if (link.state !== 'connected') return;
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of failures) onError(reason);
    if (failures.length > 0) return this.#arm(RETRY_MS);
    if (this.#urgent.size > 0) return this.#arm(0);
    const ownPaceMs = (ROUND_MS * turns.length) / Math.max(1, this.#known.size);
    const paceMs = Math.max(takePace(turns.length), ownPaceMs);
    this.#arm(changing.size < MANY ? paceMs : Math.max(paceMs, Math.min(YIELDING * paceMs, YIELD_MAX_MS)));
  }

  async #read(host: Calls, vmId: string): Promise<void> {
    const { owned, onHardware, poolName } = this.#options;
    if ((await owned.ownershipOf(vmId, host)) !== 'ours') return void this.#known.delete(vmId);
    const texts = await readTexts(host, vmId);
    if (!texts) return void this.#known.delete(vmId);
    this.#pool ??= await diskPool(host, poolName);
    const before = this.#known.get(vmId) ?? null;
    const read = digest(`${texts.defined}${texts.live ?? ''}`);
    const known = before?.read === read ? before : null;
    let parsed: DomainHardware | undefined;
    const parse = () => (parsed ??= hardwareIn(vmId, texts, this.#pool));
    const measured = await this.#measure(host, known ?? parse());
    if (!this.#known.has(vmId)) return;
    // It is to be told anew since.
    if (this.#known.get(vmId) !== before) return void this.#urgent.add(vmId);
    if (known && isSame(measured, known)) return;
    const json = JSON.stringify({ ...parse(), ...measured });
    const told = digest(json);
    // A copy: whatever is cut out of a text holds all of that text in memory.
    const hardware = JSON.parse(json) as DomainHardware; // just written
    const { disks, missingDisks } = hardware;
    this.#known.set(vmId, { disks, missingDisks, read, told });
    if (before?.told !== told) onHardware(hardware);
  }

  /** Nothing new of disks whose storage hangs. */
  async #measure(host: Calls, { disks, missingDisks }: Measured): Promise<Measured> {
    if (performance.now() < this.#storageAskedFrom) return { disks, missingDisks };
    try {
      const measured = await measureDisks(host, disks, this.#pool, () => this.#lookAtPool(host));
      return { disks: measured.disks, missingDisks: measured.missing };
    } catch (error) {
      if (error instanceof CallTimeoutError) this.#storageAskedFrom = performance.now() + STORAGE_RETRY_MS;
      throw error;
    }
  }

  async #lookAtPool(host: Calls): Promise<void> {
    if (performance.now() - this.#poolSeenAt < POOL_LOOK_MS) return;
    this.#poolSeenAt = performance.now();
    await refreshByName(host, this.#options.poolName);
  }
}

const digest = (text: string): string => hash('sha1', text, 'base64');

const isSame = (a: Measured, b: Measured): boolean =>
  isDeepStrictEqual([a.disks, a.missingDisks], [b.disks, b.missingDisks]);
