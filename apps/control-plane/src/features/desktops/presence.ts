/**
 * Tells everybody in front of a screen who else is. Of those who look through this control plane it knows at once; of
 * those of others, where there are any, by what each writes down and reads in turn.
 */
import type { Watchers } from '@loucloud/api';
import type { Db } from '../../platform/database/database.ts';
import { newId } from '../../platform/ids.ts';
import { type Viewer, viewerStore } from './viewer-store.ts';

interface Present extends Viewer {
  readonly tell: (viewers: readonly Viewer[]) => void;
}

interface Deps {
  readonly db: Db;
  /** Of this control plane; null where there can be no other. */
  readonly controlPlaneId: string | null;
  readonly hasPeers: () => boolean;
  readonly onError: (error: unknown) => void;
  readonly intervalMs?: number;
}

/** How late news of another control plane's viewers is at most. */
const INTERVAL_MS = 2000;

export class Presence {
  readonly #deps: Deps;
  readonly #here = new Map<Present, string>();
  #elsewhere = new Map<string, readonly Viewer[]>();
  #isPublished = true;
  #timer: NodeJS.Timeout | undefined;
  #exchanging: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Answers how to leave. */
  join(present: Present): () => void {
    this.#here.set(present, newId());
    this.#changed(present.vmId);
    return () => {
      if (this.#here.delete(present)) this.#changed(present.vmId);
    };
  }

  /** Nothing is asked of the database any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#exchanging;
  }

  #changed(vmId: string): void {
    this.#isPublished = false;
    this.#tell(vmId);
    if (this.#deps.controlPlaneId !== null) this.#wake(0);
  }

  #tell(vmId: string): void {
    const all = [...this.#at(vmId), ...(this.#elsewhere.get(vmId) ?? [])];
    for (const present of this.#at(vmId)) present.tell(all);
  }

  #at(vmId: string): Present[] {
    return [...this.#here.keys()].filter((present) => present.vmId === vmId);
  }

  /** Nothing ticks while nobody looks. */
  #wake(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#exchanging = this.#exchanging.then(() => this.#exchange()).catch(this.#deps.onError);
      void this.#exchanging.then(() => {
        if (this.#here.size > 0 || !this.#isPublished) this.#wake(this.#deps.intervalMs ?? INTERVAL_MS);
      });
    }, delayMs).unref();
  }

  async #exchange(): Promise<void> {
    const { db, controlPlaneId, hasPeers } = this.#deps;
    if (controlPlaneId === null || !hasPeers()) return;
    if (!this.#isPublished) {
      this.#isPublished = true;
      try {
        await viewerStore.publish(db, controlPlaneId, this.#rows(controlPlaneId));
      } catch (error) {
        this.#isPublished = false;
        throw error;
      }
    }
    const vmIds = [...new Set([...this.#here.keys()].map(({ vmId }) => vmId))];
    const before = this.#elsewhere;
    this.#elsewhere = Map.groupBy(await viewerStore.elsewhere(db, controlPlaneId, vmIds), ({ vmId }) => vmId);
    for (const vmId of vmIds)
      if (usersOf(before.get(vmId)) !== usersOf(this.#elsewhere.get(vmId))) this.#tell(vmId);
  }

  #rows(controlPlaneId: string) {
    return [...this.#here].map(([{ vmId, userId, userName }, id]) => ({
      id,
      control_plane_id: controlPlaneId,
      vm_id: vmId,
      user_id: userId,
      user_name: userName,
    }));
  }
}

const usersOf = (viewers: readonly Viewer[] = []): string => viewers.map(({ userId }) => userId).join();

/** As one of them is told. People with two windows are one. */
export function watchersFor(
  { userId, isViewOnly }: { readonly userId: string; readonly isViewOnly: boolean },
  viewers: readonly Viewer[],
): Watchers {
  const others = new Map(viewers.map((viewer) => [viewer.userId, viewer.userName]));
  others.delete(userId);
  return { others: others.size, names: isViewOnly ? [] : [...others.values()].toSorted() };
}
