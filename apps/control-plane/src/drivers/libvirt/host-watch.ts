/**
 * Tells the observer of one host what goes on there: everything after each connection and every half minute, and each
 * event in between.
 */
import type { Link, NamedDomainEvent } from '@loucloud/libvirt';
import type { DomainStatus, HostObserver } from '../../platform/hypervisor.ts';
import { AddressWatch } from './address-watch.ts';
import { readAllStatuses, readStatus } from './domain-status.ts';
import { isGone, isSilence } from './errors.ts';
import type { FolderPools } from './folder-pools.ts';
import { FactsReader } from './host-facts.ts';
import { type Calls, callsWithin } from './host-link.ts';
import { HardwareWatch, type HardwareWatchOptions } from './hardware-watch.ts';
import { HostPulse, PULSE, type PulseTiming } from './host-pulse.ts';
import { lossOf } from './host-loss.ts';
import type { Way } from './host-transport.ts';
import { NewsQueue } from './news-queue.ts';
import type { OwnedDomains } from './owned-domains.ts';
import { refreshByName } from './pools.ts';
import { type LifecycleEvent, settle, statusOfEvent } from './states.ts';

/** For what an event should have told. */
const REREAD_MS = 30_000;
/** For what may hang on a host whose guests hang; nothing else waits for it. */
const SLOW_READ_MS = 15_000;
/** libvirt knows how full a pool is only from the last time it looked at every file in it. */
const POOL_REFRESH_MS = 300_000;
const READ_MS = 30_000;
/** What becomes of a running domain's devices and memory. Most else that changes hardware has no event. */
const CHANGES_HARDWARE: ReadonlySet<NamedDomainEvent['type']> = new Set([
  'deviceAdded',
  'deviceRemoved',
  'blockJob',
  'balloonChange',
]);

export interface WatchOptions extends Way {
  readonly hostId: string;
  readonly poolName: string;
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly folders: FolderPools;
  readonly observer: () => HostObserver | null;
  /** By calls of ours that are under way. */
  readonly changing: HardwareWatchOptions['changing'];
  readonly onError: (error: unknown) => void;
  readonly rereadMs?: number;
  readonly pulse?: PulseTiming;
}

export class HostWatch {
  readonly #options: WatchOptions;
  readonly #addresses: AddressWatch;
  readonly #hardware: HardwareWatch;
  readonly #offs: readonly (() => void)[];
  readonly #news: NewsQueue;
  readonly #pulse: HostPulse;
  readonly #facts = new FactsReader();
  #reread: NodeJS.Timeout | undefined;
  #poolRefreshedAt = -Infinity;
  #isClosed = false;
  /** Why it is lost; null while it is not. */
  #lossCode: string | null = null;
  /** Read whole since it was connected: until then it is not called healthy. */
  #isKnown = false;
  /** Aborted with the loss of the connection: what is still being read for it is stale then. */
  #spell = new AbortController();
  /** VMs whose QEMU was told to end by the host: libvirt calls that a shutdown by the guest. */
  readonly #endedByHost = new Set<string>();
  /** VMs the observer has heard of: the end of any other domain is no news. */
  #told = new Set<string>();
  /** VMs with news since the reading of a snapshot began. */
  readonly #touched = new Set<string>();

  constructor(options: WatchOptions) {
    const { link, owned, hostId } = options;
    // Whatever is read, a domain may be undefined and a host be lost meanwhile.
    const onError = (error: unknown) => {
      if (!isSilence(error) && !isGone(error)) options.onError(error);
    };
    this.#options = { ...options, onError };
    this.#news = new NewsQueue(onError);
    this.#addresses = new AddressWatch({
      link,
      owned,
      onAddresses: (vmId, addresses) =>
        this.#news.ofVm(
          vmId,
          this.#telling((observer) => observer.onAddresses(hostId, vmId, addresses)),
        ),
      onError,
    });
    this.#hardware = new HardwareWatch({
      link,
      owned,
      poolName: options.poolName,
      changing: options.changing,
      onHardware: (hardware) =>
        this.#news.ofVm(
          hardware.vmId,
          this.#telling((observer) => observer.onHardware(hostId, hardware)),
        ),
      onError,
    });
    this.#pulse = new HostPulse({
      link,
      timing: options.pulse ?? PULSE,
      onVerdict: () => void this.#tellHealth().catch(onError),
      onError,
    });
    this.#offs = [
      link.on('connected', () => this.#returned()),
      link.on('disconnected', (error) => this.#lost(error)),
      link.on('domain', (event) => {
        if (event.type === 'lifecycle') this.#onLifecycle(event);
        // It may have become ours, or be ours no longer.
        if (event.type === 'metadataChange') this.#onNews(event.domain.uuid, null);
        if (CHANGES_HARDWARE.has(event.type)) this.#hardware.lookIfKnown(event.domain.uuid);
        if (event.type === 'agent' && event.state === 'connected') this.#addresses.look(event.domain.uuid);
      }),
      // What VMs can be attached to, and where their disks go: facts of the host.
      link.on('network', ({ event }) => {
        if (event === 'started' || event === 'stopped') void this.#tellAll();
      }),
      link.on('pool', ({ pool, event }) => {
        const isOurs = pool.name === options.poolName;
        if (isOurs && (event === 'started' || event === 'stopped')) void this.#tellAll();
      }),
    ];
    if (link.state === 'connected') this.#returned();
  }

  /** Calls were not answered when it was last asked. */
  get isSilent(): boolean {
    const { verdict } = this.#pulse;
    return verdict?.health === 'degraded' && verdict.reason === 'calls_unanswered';
  }

  /** Whoever is told of hardware is about to see this domain's otherwise: what was told of it before counts no more. */
  tellHardwareAnew(vmId: string): void {
    this.#hardware.tellAnew(vmId);
  }

  /** No call of ours changes it any more. */
  changed(vmId: string): void {
    this.#hardware.changed(vmId);
  }

  /** The observer hears nothing more; what it is being told is let finish. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#spell.abort();
    clearTimeout(this.#reread);
    for (const off of this.#offs) off();
    this.#addresses.close();
    this.#hardware.close();
    await this.#news.settled();
  }

  #telling(tell: (observer: HostObserver) => Promise<void>): () => Promise<void> {
    return async () => {
      const observer = this.#options.observer();
      if (observer && !this.#isClosed) await tell(observer);
    };
  }

  /** For news that are worth telling only as long as the connection holds: after it everything is read again. */
  #reading(tell: (observer: HostObserver, host: Calls) => Promise<void>): () => Promise<void> {
    const { signal } = this.#spell;
    const telling = this.#telling((observer) =>
      tell(observer, callsWithin(this.#options.link, READ_MS, signal)),
    );
    return async () => {
      try {
        if (!signal.aborted) await telling();
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    };
  }

  #returned(): void {
    this.#lossCode = null;
    this.#isKnown = false;
    this.#spell = new AbortController();
    this.#poolRefreshedAt = -Infinity;
    this.#pulse.start(this.#spell.signal);
    void this.#tellAll();
  }

  /** Told once for each reason, however often the link tries again in vain. */
  #lost(error: Error): void {
    const loss = lossOf(error, this.#options);
    if (this.#lossCode === loss.code) return;
    this.#lossCode = loss.code;
    this.#spell.abort(error);
    clearTimeout(this.#reread);
    this.#addresses.forgetAll();
    this.#hardware.forgetAll();
    const { hostId } = this.#options;
    this.#news.ofHost(this.#telling((observer) => observer.onLost(hostId, loss)));
  }

  /** Not in the queue, where it would wait for what a host that hangs does not answer. */
  async #tellHealth(): Promise<void> {
    const { verdict } = this.#pulse;
    if (!verdict || (verdict.health === 'healthy' && !this.#isKnown)) return;
    const reason = verdict.health === 'healthy' ? null : verdict.reason;
    await this.#telling((observer) => observer.onHealth(this.#options.hostId, reason))();
  }

  async #tellAll(): Promise<void> {
    clearTimeout(this.#reread);
    // Armed first: a reading that fails is tried again too.
    this.#reread = setTimeout(() => void this.#tellAll(), this.#options.rereadMs ?? REREAD_MS);
    const { signal } = this.#spell;
    await this.#readSlowly(signal);
    if (this.#isClosed || signal.aborted) return;
    this.#touched.clear();
    this.#news.ofHost(this.#reading((observer, host) => this.#tellSnapshot(observer, host)));
  }

  /** Before the snapshot and not in the queue, where VMs' news would wait for it. */
  async #readSlowly(signal: AbortSignal): Promise<void> {
    const { link, folders, poolName, onError } = this.#options;
    const host = callsWithin(link, SLOW_READ_MS, signal);
    try {
      await this.#facts.learn(host);
      if (performance.now() - this.#poolRefreshedAt < POOL_REFRESH_MS) return;
      await folders.sweep(host);
      await refreshByName(host, poolName);
      this.#poolRefreshedAt = performance.now();
    } catch (error) {
      // What is known from before has to do.
      if (!signal.aborted) onError(error);
    }
  }

  async #tellSnapshot(observer: HostObserver, host: Calls): Promise<void> {
    const { hostId, poolName, owned } = this.#options;
    const domains = new Map((await readAllStatuses(host, owned)).map((status) => [status.vmId, status]));
    const facts = await this.#facts.read(host, poolName);
    // What has changed while the rest was read would come out older than its event.
    for (const vmId of this.#touched) {
      const status = await readStatus(host, owned, vmId);
      if (status && status.state !== 'missing') domains.set(vmId, status);
      else domains.delete(vmId);
    }
    this.#touched.clear();
    this.#told = new Set(domains.keys());
    await observer.onSnapshot(hostId, [...domains.values()], facts);
    if (!this.#isKnown) {
      this.#isKnown = true;
      await this.#tellHealth();
    }
    this.#hardware.watchOnly([...domains.keys()]);
    this.#addresses.watchOnly([...domains.values()].filter(isOn).map(({ vmId }) => vmId));
  }

  #onLifecycle(event: LifecycleEvent): void {
    const vmId = event.domain.uuid;
    this.#touched.add(vmId);
    if (event.event === 'shutdown') {
      if (event.detail === 'host') this.#endedByHost.add(vmId);
      else this.#endedByHost.delete(vmId);
      return;
    }
    this.#onNews(vmId, event);
  }

  #onNews(vmId: string, event: LifecycleEvent | null): void {
    this.#touched.add(vmId);
    this.#news.ofVm(
      vmId,
      this.#reading((observer, host) => this.#tellOne(observer, host, { vmId, event })),
    );
  }

  async #tellOne(
    observer: HostObserver,
    host: Calls,
    { vmId, event }: { vmId: string; event: LifecycleEvent | null },
  ): Promise<void> {
    const { hostId, owned } = this.#options;
    const now = await readStatus(host, owned, vmId, {
      isUnsaved: event !== null && leavesNothingSaved(event),
    });
    const isThere = now !== null && now.state !== 'missing';
    if (isThere) this.#told.add(vmId);
    else if (!this.#told.delete(vmId)) return;
    const status = isThere ? this.#trueCause({ vmId, ...settle(event && statusOfEvent(event), now) }) : now;
    if (status && isOn(status)) this.#addresses.watch(vmId);
    else this.#addresses.forget(vmId);
    if (isThere) this.#hardware.look(vmId);
    await observer.onDomain(hostId, vmId, status);
  }

  #trueCause(status: DomainStatus): DomainStatus {
    const isEnded = this.#endedByHost.delete(status.vmId);
    return isEnded && status.cause === 'shut_down_by_guest' ? { ...status, cause: 'powered_off' } : status;
  }
}

/** Defined for the first time; or off, after it ran: its start took what was saved. A start that failed did not. */
const leavesNothingSaved = ({ event, detail }: LifecycleEvent): boolean =>
  (event === 'defined' && detail === 'added') ||
  (event === 'stopped' && (detail === 'destroyed' || detail === 'shutdown'));

const isOn = ({ state }: DomainStatus): boolean => state === 'running' || state === 'paused';
