/** Tells at once when a session or an API token has ended, so that what was opened with it (streams, desktops) closes. */
import { EventEmitter } from 'node:events';

export class RightsWatch {
  readonly #ended = new EventEmitter<Record<string, []>>().setMaxListeners(0);

  /** A session's or an API token's id, after the transaction that ended it was committed. */
  sessionEnded(sessionId: string): void {
    this.#ended.emit(sessionId);
  }

  /** Answers how to stop listening. */
  onSessionEnded(sessionId: string, listener: () => void): () => void {
    this.#ended.once(sessionId, listener);
    return () => void this.#ended.off(sessionId, listener);
  }
}
