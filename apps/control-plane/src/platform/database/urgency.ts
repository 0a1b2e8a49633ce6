/** Who waits for an answer goes before what is done for nobody in particular. */
import { AsyncLocalStorage } from 'node:async_hooks';

const isAwaited = new AsyncLocalStorage<boolean>();

/** A person waits for what is done in `work`. */
export const awaited = <T>(work: () => T): T => isAwaited.run(true, work);

/** What is begun here goes on behind whoever asked for it. */
export const unhurried = <T>(work: () => T): T => isAwaited.run(false, work);

export const isSomeoneWaiting = (): boolean => isAwaited.getStore() === true;

/** What somebody waits for goes first, each in the order in which it came. */
export class TwoQueues<T> {
  readonly awaited: T[] = [];
  readonly chores: T[] = [];

  add(item: T): void {
    (isSomeoneWaiting() ? this.awaited : this.chores).push(item);
  }

  take(): T | undefined {
    return this.awaited.shift() ?? this.chores.shift();
  }

  get length(): number {
    return this.awaited.length + this.chores.length;
  }
}
