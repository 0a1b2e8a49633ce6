/**
 * Tells when one of our domains is defined otherwise than it was: libvirt tells nobody of most such changes, so each
 * domain is read again and again, at a pace that its host hardly feels. An event brings its domain's turn at once.
 */
import { createHash } from 'node:crypto';
import { CallTimeoutError, type Link } from '@loucloud/libvirt';
import type { DomainHardware } from '../../platform/hypervisor.ts';
import { type DiskPool, measureDisks } from './domain-disks.ts';
import { diskPool, hardwareIn, readTexts } from './domain-hardware.ts';
import { type Calls, callsWithin } from './host-link.ts';
import { refreshByName } from './pools.ts';
import type { OwnedDomains } from './owned-domains.ts';

const READ_MS = 10_000;
/** All domains of a host are looked at once in this time, if all hosts together have not too many. */
const ROUND_MS = 1000;
/** At most 100 a second of all hosts: of 1000 domains each has its turn every 10 s. */
const PACE_MS = 10;
const POOL_LOOK_MS = 30_000;
/** After a reading that failed: a host that hangs is not asked again at once. */
const RETRY_MS = 10_000;
/** Storage that hangs holds each call that looks at it, so it is not asked often. */
const STORAGE_RETRY_MS = 300_000;

/** Of the process: many hosts cost no more than a few. */
let nextTurnAt = 0;

/** How long to wait for the next turn, which is then taken. */
function takePace(now = performance.now()): number {
  nextTurnAt = Math.max(now, nextTurnAt) + PACE_MS;
  return nextTurnAt - PACE_MS - now;
}

export interface HardwareWatchOptions {
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly poolName: string;
  readonly onHardware: (hardware: DomainHardware) => void;
  readonly onError: (error: unknown) => void;
}

interface Known {
  /** Digests of the XML that was read, and of what was told of it. */
  readonly read: string;
  readonly told: string;
  readonly hardware: DomainHardware;
}

export class HardwareWatch {
  readonly #options: HardwareWatchOptions;
  readonly #known = new Map<string, Known | null>();
  #turns: string[] = [];
  /** Those that something has happened to. */
  readonly #urgent = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
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
    for (const vmId of vmIds) if (!this.#known.has(vmId)) this.#known.set(vmId, null);
    this.#arm(0);
  }

  /** Something has happened to it. */
  look(vmId: string): void {
    if (!this.#known.has(vmId)) this.#known.set(vmId, null);
    this.#urgent.add(vmId);
    this.#arm(0);
  }

  forgetAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#known.clear();
    this.#turns = [];
    this.#urgent.clear();
    this.#pool = null;
  }

  close(): void {
    this.#isClosed = true;
    this.forgetAll();
  }

  #arm(delayMs: number): void {
    if (this.#isClosed || this.#isReading || this.#known.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#next(), delayMs);
  }

  #takeTurn(): string | undefined {
    const [urgent] = this.#urgent;
    if (urgent !== undefined) {
      this.#urgent.delete(urgent);
      return urgent;
    }
    if (this.#turns.length === 0) this.#turns = [...this.#known.keys()];
    return this.#turns.shift();
  }

  async #next(): Promise<void> {
    const { link, onError } = this.#options;
    const vmId = this.#takeTurn();
    this.#isReading = true;
    let hasFailed = false;
    try {
      if (vmId !== undefined) await this.#read(vmId);
    } catch (error) {
      hasFailed = true;
      if (link.state === 'connected') onError(error);
    }
    this.#isReading = false;
    if (link.state !== 'connected') return;
    if (hasFailed) return this.#arm(RETRY_MS);
    const ownPaceMs = this.#urgent.size > 0 ? 0 : ROUND_MS / Math.max(1, this.#known.size);
    this.#arm(Math.max(takePace(), ownPaceMs));
  }

  async #read(vmId: string): Promise<void> {
    const { link, owned, onHardware, poolName } = this.#options;
    const host = callsWithin(link, READ_MS);
    if ((await owned.ownershipOf(vmId, host)) !== 'ours') return void this.#known.delete(vmId);
    const texts = await readTexts(host, vmId);
    if (!texts) return void this.#known.delete(vmId);
    this.#pool ??= await diskPool(host, poolName);
    const before = this.#known.get(vmId) ?? null;
    const read = digest(texts);
    const hardware = before?.read === read ? before.hardware : hardwareIn(vmId, texts, this.#pool);
    const measured = await this.#measure(host, hardware);
    if (!this.#known.has(vmId)) return;
    const news = { ...hardware, ...measured };
    const told = digest(news);
    this.#known.set(vmId, { read, told, hardware: news });
    if (before?.told !== told) onHardware(news);
  }

  /** Nothing new of disks whose storage hangs. */
  async #measure(
    host: Calls,
    { disks, missingDisks }: DomainHardware,
  ): Promise<Pick<DomainHardware, 'disks' | 'missingDisks'>> {
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

const digest = (value: object): string => createHash('sha1').update(JSON.stringify(value)).digest('base64');
