/** Tells at once when a session or an API token has ended, so that what was opened with it (streams, desktops) closes. */
import { EventEmitter } from 'node:events';

export class RightsWatch {
  readonly #doubts = new EventEmitter<{ doubt: [] }>().setMaxListeners(0);
  readonly #ended = new EventEmitter<Record<string, []>>().setMaxListeners(0);

  /** A session's or an API token's id, after the transaction that ended it was committed. */
  sessionEnded(sessionId: string): void {
    this.#ended.emit(sessionId);
  }

  /** Some may have ended elsewhere: whoever relies on one looks again whether it is there. */
  doubt(): void {
    this.#doubts.emit('doubt');
  }

  onDoubt(listener: () => void): () => void {
    this.#doubts.on('doubt', listener);
    return () => void this.#doubts.off('doubt', listener);
  }

  /** Answers how to stop listening. */
  onSessionEnded(sessionId: string, listener: () => void): () => void {
    this.#ended.once(sessionId, listener);
    return () => void this.#ended.off(sessionId, listener);
  }
}
