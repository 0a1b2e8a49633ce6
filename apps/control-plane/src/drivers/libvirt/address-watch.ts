/**
 * Finds out which addresses running guests get. Nothing tells when a lease is given, so a guest that has started is
 * asked about a few times, ever less often; when its agent comes up, once more.
 */
import type { Link } from '@loucloud/libvirt';
import { readAddresses } from './addresses.ts';
import { callsWithin } from './host-link.ts';
import type { OwnedDomains } from './owned-domains.ts';

const READ_MS = 10_000;
const FIRST_MS = 1000;
const GROWTH = 1.2;
const LAST_MS = 30_000;
/** Then the guest is taken to have none. Some ten minutes. */
const LOOKS_MAX = 34;
/** Those of a guest that ran before we came: of thousands at once, only those that are LAST_MS apart are left. */
const LOOKS_BEFORE = 19;
/** Once it has some, they hardly ever change. */
const SETTLED_MS = 300_000;

export interface AddressWatchOptions {
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly onAddresses: (vmId: string, addresses: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
}

interface Watched {
  timer: NodeJS.Timeout | undefined;
  looks: number;
  /** The look that counts: what an earlier one that is still under way finds may be older. */
  turn: number;
  addresses: readonly string[];
  /** Until something has changed in it. */
  hasNoAgent: boolean;
}

export class AddressWatch {
  readonly #options: AddressWatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: AddressWatchOptions) {
    this.#options = options;
  }

  /** The guest has started, or goes on: one without an address is asked often again, also if it was seen running first. */
  watch(vmId: string): void {
    if (this.#watched.get(vmId)?.addresses.length === 0) this.look(vmId);
    else this.#watch(vmId, FIRST_MS, 0);
  }

  /** These run, and no others. */
  watchOnly(vmIds: readonly string[]): void {
    const running = new Set(vmIds);
    for (const vmId of this.#watched.keys()) if (!running.has(vmId)) this.forget(vmId);
    for (const vmId of vmIds) this.#watch(vmId, 0, LOOKS_BEFORE);
  }

  /** Something has changed in the guest: asks now, and anew. */
  look(vmId: string): void {
    const watched = this.#watched.get(vmId);
    if (!watched) return;
    watched.looks = 0;
    watched.hasNoAgent = false;
    this.#lookAfter(vmId, watched, 0);
  }

  forget(vmId: string): void {
    clearTimeout(this.#watched.get(vmId)?.timer);
    this.#watched.delete(vmId);
  }

  forgetAll(): void {
    for (const vmId of this.#watched.keys()) this.forget(vmId);
  }

  close(): void {
    this.forgetAll();
  }

  #watch(vmId: string, delayMs: number, looks: number): void {
    if (this.#watched.has(vmId)) return;
    const watched: Watched = { timer: undefined, looks, turn: 0, addresses: [], hasNoAgent: false };
    this.#watched.set(vmId, watched);
    this.#lookAfter(vmId, watched, delayMs);
  }

  #lookAfter(vmId: string, watched: Watched, delayMs: number): void {
    clearTimeout(watched.timer);
    const turn = ++watched.turn;
    watched.timer = setTimeout(() => void this.#look(vmId, watched, turn), delayMs);
  }

  async #look(vmId: string, watched: Watched, turn: number): Promise<void> {
    const isLatest = () => this.#watched.get(vmId) === watched && watched.turn === turn;
    const { link, owned, onAddresses, onError } = this.#options;
    try {
      const host = callsWithin(link, READ_MS);
      if ((await owned.ownershipOf(vmId, host)) !== 'ours') return;
      const { addresses, hasNoAgent } = await readAddresses(host, vmId, watched.hasNoAgent);
      if (!isLatest()) return;
      watched.hasNoAgent = hasNoAgent;
      if (addresses.join() !== watched.addresses.join()) onAddresses(vmId, addresses);
      watched.addresses = addresses;
    } catch (error) {
      if (link.state === 'connected') onError(error);
    }
    if (!isLatest() || link.state !== 'connected') return;
    const delayMs = watched.addresses.length > 0 ? SETTLED_MS : delayAfter(watched.looks++);
    if (delayMs !== null) this.#lookAfter(vmId, watched, delayMs);
  }
}

const delayAfter = (looks: number): number | null =>
  looks >= LOOKS_MAX ? null : Math.min(LAST_MS, FIRST_MS * GROWTH ** looks);
