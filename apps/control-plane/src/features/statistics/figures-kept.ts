/** What is known of VMs and hosts in this process: the last minutes, and of the history what is not written yet. */
import { codesOf } from './codes.ts';
import { BLOCK_MS, type Block, blockStart, emptyBlock, putIn } from './history-block.ts';
import { type Pace, pitches, slotAt } from './host-sampler.ts';
import { NOTHING_RECENT, type RecentFigures } from './recent-figures.ts';
import { Ring } from './ring.ts';
import type { Sample } from './sample.ts';

const HOUR_MS = 3_600_000;
export const LIVE_SLOTS = 60;
export const HOUR_SLOTS = 60;

interface Recent extends RecentFigures {
  readonly minute: Ring;
  /** Only while somebody looks. */
  live: Ring | null;
  liveUntil: number;
}

export class FiguresKept {
  readonly #recent = new Map<string, Recent>();
  /** By the time they start at. */
  readonly #blocks = new Map<number, Map<string, Block>>();
  #unwritten = new Map<number, Set<string>>();

  put(pace: Pace, objectId: string, at: number, sample: Sample): void {
    const codes = codesOf(sample);
    if (pace === 'history') return this.#remember(objectId, at, codes);
    const recent = this.#recentOf(objectId);
    if (pace === 'minute') return recent.minute.put(slotAt(at, pace), codes);
    if (at > recent.liveUntil) recent.live = null;
    recent.live?.put(slotAt(at, pace), codes);
  }

  /** Its live figures are kept until then. */
  keepLive(objectId: string, until: number): void {
    const recent = this.#recentOf(objectId);
    recent.live ??= new Ring(LIVE_SLOTS);
    recent.liveUntil = until;
  }

  recent(objectId: string): RecentFigures {
    return this.#recent.get(objectId) ?? NOTHING_RECENT;
  }

  block(objectId: string, startsAt: number): Block | null {
    return this.#blocks.get(startsAt)?.get(objectId) ?? null;
  }

  /** What has been added since the last time, by the time that the blocks start at. What is over stays no longer here. */
  takeUnwritten(now: number): Map<number, Map<string, Block>> {
    const unwritten = this.#unwritten;
    this.#unwritten = new Map();
    const taken = new Map(
      [...unwritten].map(([startsAt, ids]) => [
        startsAt,
        new Map([...ids].flatMap((id) => this.#entry(startsAt, id))),
      ]),
    );
    for (const startsAt of this.#blocks.keys())
      // Its last samples come a little later than it ends.
      if (startsAt + BLOCK_MS + 2 * pitches.history < now) this.#blocks.delete(startsAt);
    return taken;
  }

  /** They could not be written. */
  putBack(startsAt: number, blocks: ReadonlyMap<string, Block>): void {
    for (const [objectId, block] of blocks) {
      const there = this.#blocksOf(startsAt);
      if (!there.has(objectId)) there.set(objectId, block);
      this.#unwrittenOf(startsAt).add(objectId);
    }
  }

  forgetOld(now: number): void {
    const oldest = slotAt(now - HOUR_MS, 'minute');
    for (const [objectId, { minute, liveUntil }] of this.#recent)
      if (minute.last < oldest && liveUntil < now) this.#recent.delete(objectId);
  }

  #remember(objectId: string, at: number, codes: readonly number[]): void {
    const startsAt = blockStart(at);
    const blocks = this.#blocksOf(startsAt);
    let block = blocks.get(objectId);
    if (!block) blocks.set(objectId, (block = emptyBlock()));
    putIn(block, at, codes);
    this.#unwrittenOf(startsAt).add(objectId);
  }

  #entry(startsAt: number, objectId: string): [string, Block][] {
    const block = this.block(objectId, startsAt);
    return block ? [[objectId, block]] : [];
  }

  #recentOf(objectId: string): Recent {
    const known = this.#recent.get(objectId);
    if (known) return known;
    const recent: Recent = { minute: new Ring(HOUR_SLOTS), live: null, liveUntil: -Infinity };
    this.#recent.set(objectId, recent);
    return recent;
  }

  #blocksOf(startsAt: number): Map<string, Block> {
    return getOr(this.#blocks, startsAt, () => new Map<string, Block>());
  }

  #unwrittenOf(startsAt: number): Set<string> {
    return getOr(this.#unwritten, startsAt, () => new Set<string>());
  }
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
