/**
 * Keeps this control plane's claims. It counts its own beat in the database; the others see it count on, each by its own
 * clock, so that no two clocks need agree. Whoever has not counted for a while has lost what it held, and knows that by
 * its own clock, earlier than anybody takes it. Claims are spread evenly, and change hands only while nothing is done.
 */
import type { Logger } from 'pino';
import type { Db } from '../database/database.ts';
import type { ControlPlaneTable } from '../database/schema.ts';
import { newId } from '../ids.ts';
import { type Claim, claimStore } from './claim-store.ts';
import { ALONE, type ClaimListener, type Claims, type Fence, type Work } from './claims.ts';
import { livingPeers, nameAt } from './living-peers.ts';

interface Deps {
  readonly db: Db;
  readonly log: Logger;
  readonly version: string;
  /** Kept by this process alone on this machine: whoever was registered with it before is gone. */
  readonly dataDir: string;
  /** Before the work is this control plane's: whatever it needs is there. */
  readonly prepare: (work: Work) => Promise<void>;
  /** Something is done there now, which giving it away would interrupt. */
  readonly isBusy: (work: Work) => boolean;
  readonly timing?: ClaimTiming;
}

/** In ms. */
export interface ClaimTiming {
  readonly beat: number;
  /** From the beginning of a beat that was counted: how long its claims may be used. */
  readonly lease: number;
  /** How long another one's beat stays the same before what it holds is taken. More than the lease, by what clocks may differ in speed. */
  readonly dead: number;
}

export const TIMING: ClaimTiming = { beat: 1500, lease: 6000, dead: 8000 };

export class ClaimKeeper implements Claims {
  readonly id = newId();
  readonly #deps: Deps;
  readonly #timing: ClaimTiming;
  readonly #name: string;
  readonly #held = new Map<Work, number>();
  readonly #listeners = new Set<ClaimListener>();
  /** Of the others: their beat, and when it was first seen, by our clock. */
  readonly #seen = new Map<string, { beat: number; at: number }>();
  #hasSeenOthers = false;
  #leaseUntil = -Infinity;
  #leaseEnd: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #state: 'new' | 'registered' | 'started' | 'stopped' = 'new';

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#timing = deps.timing ?? TIMING;
    this.#name = nameAt(deps.dataDir);
  }

  /** Until it is registered nobody else is there: the set-up. */
  fenceOf(work: Work): Fence | null {
    if (this.#state === 'new') return ALONE;
    return performance.now() < this.#leaseUntil ? (this.#held.get(work) ?? null) : null;
  }

  /** Another control plane has served beside this one since it began. */
  get hasSeenOthers(): boolean {
    return this.#hasSeenOthers;
  }

  onChange(listener: ClaimListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether others count on while we look. */
  async hasLivingPeers(): Promise<boolean> {
    const { beat } = this.#timing;
    const look = { name: this.#name, everyMs: beat, lookMs: 2 * beat };
    return (await livingPeers(this.#deps.db, look)).length > 0;
  }

  /** One of several from here on, and without any work yet. */
  async register(): Promise<void> {
    const { db } = this.#deps;
    for (const other of await claimStore.controlPlanes(db))
      if (other.name === this.#name) await claimStore.remove(db, { id: other.id });
    await this.#register();
    this.#state = 'registered';
  }

  async start(): Promise<void> {
    this.#state = 'started';
    await this.look();
    this.#timer = setInterval(() => void this.look(), this.#timing.beat);
  }

  look(): Promise<void> {
    this.#round = this.#round.then(async () => {
      if (this.#state === 'started') await this.#beat();
    });
    return this.#round;
  }

  /** Gives everything away, for others to take at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const wasRegistered = this.#state !== 'new';
    this.#state = 'stopped';
    await this.#round;
    await Promise.all([...this.#held.keys()].map((work) => this.#letGo(work)));
    clearTimeout(this.#leaseEnd);
    if (wasRegistered) await claimStore.remove(this.#deps.db, { id: this.id });
  }

  async #beat(): Promise<void> {
    const { db, log } = this.#deps;
    const began = performance.now();
    try {
      if (!(await claimStore.beat(db, this.id))) {
        log.warn('the others have taken this control plane for gone; it begins anew');
        this.#loseAll();
        await this.#register();
      }
      this.#extendLease(began + this.#timing.lease);
      await this.#share(await this.#living(), await claimStore.list(db));
    } catch (error) {
      log.warn({ err: error }, 'the claims on hosts could not be kept up');
    }
  }

  #register(): Promise<void> {
    const { db, version } = this.#deps;
    const self = { id: this.id, name: this.#name, version, beat: 0, started_at: Date.now() };
    return claimStore.register(db, self satisfies ControlPlaneTable);
  }

  #extendLease(until: number): void {
    this.#leaseUntil = until;
    clearTimeout(this.#leaseEnd);
    this.#leaseEnd = setTimeout(() => this.#loseAll(), until - performance.now());
    this.#leaseEnd.unref();
  }

  /** Ids, this one's among them. Forgets who has been gone for long. */
  async #living(): Promise<Set<string>> {
    const { db, log } = this.#deps;
    const living = new Set<string>([this.id]);
    for (const { id, beat, name } of await claimStore.controlPlanes(db)) {
      if (id === this.id) continue;
      this.#hasSeenOthers = true;
      const now = performance.now();
      const seen = this.#seen.get(id);
      if (seen?.beat !== beat) this.#seen.set(id, { beat, at: now });
      const isSilent = seen?.beat === beat && now - seen.at >= this.#timing.dead;
      if (isSilent && (await claimStore.remove(db, { id, beat }))) {
        log.warn({ controlPlane: name }, 'a control plane is gone; its work is taken over');
        this.#seen.delete(id);
      } else living.add(id);
    }
    return living;
  }

  async #share(living: ReadonlySet<string>, claims: readonly Claim[]): Promise<void> {
    const { db, isBusy } = this.#deps;
    const isMine = ({ work, holderId, fence }: Claim) =>
      holderId === this.id && (this.#held.get(work) ?? fence) === fence;
    const mine = claims.filter(isMine);
    const lost = new Set(this.#held.keys());
    for (const { work } of mine) lost.delete(work);
    for (const work of lost) this.#lose(work);
    // Lost with the lease, and still nobody else's.
    for (const claim of mine) if (!this.#held.has(claim.work)) await this.#take(claim);

    const share = Math.ceil(claims.length / living.size);
    for (const claim of claims) {
      const isFree = claim.holderId === null || !living.has(claim.holderId);
      if (isFree && this.#held.size < share) await this.#take(claim);
    }
    for (const claim of [...mine].reverse()) {
      if (this.#held.size <= share) break;
      const fence = this.#held.get(claim.work);
      if (fence === undefined || isBusy(claim.work)) continue;
      await this.#letGo(claim.work);
      await claimStore.release(db, { work: claim.work, fence });
    }
  }

  async #take(claim: Claim): Promise<void> {
    const { db, log, prepare } = this.#deps;
    const { work } = claim;
    const fence = await claimStore.take(db, claim, this.id);
    if (fence === null) return;
    try {
      await prepare(work);
    } catch (error) {
      // Others may be luckier; the rest is shared meanwhile.
      log.error({ err: error, work }, 'what was claimed cannot be begun');
      return claimStore.release(db, { work, fence });
    }
    this.#held.set(work, fence);
    await this.#tell(work, fence);
  }

  /** It is somebody else's by now, or may be soon: nobody waits for what has to end here. */
  #lose(work: Work): void {
    this.#letGo(work).catch((error: unknown) => this.#deps.log.error({ err: error }, 'a claim was lost'));
  }

  #loseAll(): void {
    for (const work of this.#held.keys()) this.#lose(work);
  }

  async #letGo(work: Work): Promise<void> {
    if (this.#held.delete(work)) await this.#tell(work, null);
  }

  async #tell(work: Work, fence: number | null): Promise<void> {
    for (const listener of this.#listeners) await listener(work, fence);
  }
}
