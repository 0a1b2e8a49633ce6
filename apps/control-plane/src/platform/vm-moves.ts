/**
 * What LouCloud asks of two hosts at once: to bring a VM from the one to the other. Part of the page that features know of
 * hosts (hypervisor.ts). Every call is safe to repeat and throws a UserError that says what a person can act on.
 */
import type { NetworkSource } from './hypervisor.ts';

export interface Move {
  readonly vmId: string;
  readonly from: PoolOnHost;
  readonly to: PoolOnHost;
}

export interface PoolOnHost {
  readonly hostId: string;
  readonly poolName: string;
}

/** A VM's disk as its host has it. */
export interface DiskFacts {
  readonly path: string;
  readonly sizeBytes: number;
  /** What it takes on the host: what has to be copied, at most. */
  readonly allocatedBytes: number;
  readonly backing: { readonly path: string; readonly format: 'raw' | 'qcow2' } | null;
}

/** What the VM finds on the other host. */
export interface Arrival {
  /** Both hosts have the same file: nothing is copied, and nothing there may be deleted. */
  readonly isDiskShared: boolean;
  /** What the copied disk rests on there; null: the copy holds everything. */
  readonly backing: DiskFacts['backing'];
  /** Where the image in its drive is there, if it has one. */
  readonly cdromPath: string | null;
  readonly network: NetworkSource;
}

/** How far a move is: bytes of disk and memory, which may grow while a guest goes on writing. */
export interface MoveProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface MoveOptions {
  readonly onProgress: (progress: MoveProgress) => void;
  /** Ends the move; the VM is then on its first host as before, or has arrived already. */
  readonly signal: AbortSignal;
}

/**
 * Where a VM is. `source` and `destination`: there, running or off, and nowhere else; `both`: defined on both, running on
 * neither; `torn`: it runs on both, which nobody but a person may judge; `nowhere`: its domain is gone.
 */
export type Whereabouts = 'source' | 'destination' | 'both' | 'torn' | 'nowhere';

export interface VmMoves {
  /** Whether the two pools are one: what is written into the one is in the other. */
  sharesPool(move: Move): Promise<boolean>;
  /**
   * Ends what a move that was cut off has left half-way (a migration that nobody drives any more, a guest that stands still
   * since), then says where the VM is. A guest that runs is never stopped.
   */
  settle(move: Move): Promise<Whereabouts>;
  /** A running or paused VM, which goes on meanwhile. Resolves when it goes on there; its domain stays defined here, off. */
  live(move: Move, arrival: Arrival, options: MoveOptions): Promise<void>;
  /** A VM that is off: its disk is copied and its domain defined there; here it stays. */
  offline(move: Move, arrival: Arrival, options: MoveOptions): Promise<void>;
  /** Removes what a move has put on the destination. Never anything that runs, nor a shared disk. */
  clearDestination(move: Move, isDiskShared: boolean): Promise<void>;
  /** Removes what the VM has left on the source, once it is on the destination. */
  clearSource(move: Move, isDiskShared: boolean): Promise<void>;
}
