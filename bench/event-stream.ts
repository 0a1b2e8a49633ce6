/** The control plane's events as a page hears them: GET /api/v1/events, kept open. */
import assert from 'node:assert/strict';
import type { Event } from '@loucloud/api';
import type { Login } from '../e2e/world.ts';

export class EventStream {
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #over = new Map<string, unknown>();
  readonly #waiting = new Map<string, () => void>();
  readonly #lost = Promise.withResolvers<never>();

  private constructor() {
    this.#lost.promise.catch(() => undefined); // Whoever waits hears of it.
  }

  static async open({ url, cookie }: Login): Promise<EventStream> {
    const stream = new EventStream();
    const { signal } = stream.#abort;
    const answer = await fetch(`${url}/api/v1/events`, { headers: { cookie }, signal });
    assert.ok(answer.body);
    stream.#read(answer.body).catch(stream.#lost.reject);
    return stream;
  }

  /** Resolves with the moment at which such an event comes. */
  async next(isIt: (event: Event) => boolean): Promise<number> {
    const at = new Promise<number>((resolve) => {
      const listener = (event: Event): void => {
        if (!isIt(event)) return;
        this.#listeners.delete(listener);
        resolve(performance.now());
      };
      this.#listeners.add(listener);
    });
    return Promise.race([at, this.#lost.promise]);
  }

  /** Resolves when the operation is over; rejects if it is over otherwise than well. */
  async finished(operationId: string): Promise<void> {
    if (!this.#over.has(operationId)) {
      const isOver = new Promise<void>((resolve) => this.#waiting.set(operationId, resolve));
      await Promise.race([isOver, this.#lost.promise]);
    }
    assert.equal(this.#over.get(operationId), 'done');
    this.#over.delete(operationId);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      const messages = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: string): void {
    const data = /^event: change\n.*^data: (.*)$/ms.exec(message)?.[1];
    if (data === undefined) return;
    const event = JSON.parse(data) as Event;
    for (const listener of this.#listeners) listener(event);
    if (event.type !== 'operation.finished') return;
    const operationId = String(event.details['operationId']);
    this.#over.set(operationId, event.details['state']);
    this.#waiting.get(operationId)?.();
    this.#waiting.delete(operationId);
  }
}
