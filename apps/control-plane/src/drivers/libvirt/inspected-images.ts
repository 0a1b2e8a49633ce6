/** What files turned out to be, by their paths: before each VM its image is looked at again, and has mostly not changed. */
import type { ImageFacts } from '../../platform/hypervisor.ts';
import type { Stamp } from './image-source.ts';

/** A file may change twice at what its stamp calls one moment: what is younger than this is read each time. */
const SETTLED_MS = 5000;

export class InspectedImages {
  readonly #known = new Map<string, { readonly stamp: string; readonly facts: ImageFacts }>();

  /** null: it has to be read. */
  factsOf(path: string, stamp: Stamp | null): ImageFacts | null {
    const known = this.#known.get(path);
    return known && known.stamp === stamp?.text ? known.facts : null;
  }

  /** The stamp: from before the file was read. */
  remember(path: string, stamp: Stamp | null, facts: ImageFacts, now = Date.now()): void {
    if (stamp && now - stamp.changedAtMs > SETTLED_MS) this.#known.set(path, { stamp: stamp.text, facts });
  }
}
