/**
 * A guest shares its clipboard as long as somebody with hands is in front of its screen, and no longer: libvirt's own
 * save and migration of it, by whomever, are refused meanwhile.
 */
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { Admission } from './ticket-store.ts';

interface Deps {
  readonly host: (hostId: string) => Pick<HostDriver, 'shareClipboard'>;
  /** Somebody looks through another control plane. */
  readonly isWatchedElsewhere: (vmId: string) => Promise<boolean>;
  /** It is no more than a clipboard: the desktop goes on without. */
  readonly onError: (error: unknown) => void;
  readonly lingerMs?: number;
  readonly settleMs?: number;
}

type Seat = Pick<Admission, 'hostId' | 'vmId'>;

/** A page that is reloaded, or has lost its connection, is back by then. */
const LINGER_MS = 10_000;
/** The screen comes first: looking at the VM for this, and plugging it in, would hold up its first bytes. */
const SETTLE_MS = 500;

export class SharedClipboards {
  readonly #deps: Deps;
  readonly #seats = new Set<Seat>();
  /** One change of a VM at a time. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Whoever comes has it shared, whatever became of it since the last one came. Answers how to leave. */
  join({ hostId, vmId }: Seat): () => void {
    const seat = { hostId, vmId };
    this.#seats.add(seat);
    const settled = setTimeout(
      () => this.#take(seat, () => this.#deps.host(hostId).shareClipboard(vmId, true)),
      this.#deps.settleMs ?? SETTLE_MS,
    );
    settled.unref();
    return () => {
      clearTimeout(settled);
      setTimeout(() => {
        this.#seats.delete(seat);
        this.#take(seat, () => this.#end(seat));
      }, this.#deps.lingerMs ?? LINGER_MS).unref();
    };
  }

  async #end({ hostId, vmId }: Seat): Promise<void> {
    const isTaken = [...this.#seats].some((seat) => seat.vmId === vmId && seat.hostId === hostId);
    if (isTaken || (await this.#deps.isWatchedElsewhere(vmId))) return;
    await this.#deps.host(hostId).shareClipboard(vmId, false);
  }

  #take({ vmId }: Seat, change: () => Promise<void>): void {
    const turn = (this.#turns.get(vmId) ?? Promise.resolve())
      .then(change)
      .catch(this.#deps.onError)
      .finally(() => {
        if (this.#turns.get(vmId) === turn) this.#turns.delete(vmId);
      });
    this.#turns.set(vmId, turn);
  }
}
