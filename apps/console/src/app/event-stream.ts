import { API_PREFIX } from '@loucloud/api';
import {
  type EventStream,
  type FromWorker,
  type StreamEvent,
  type ToWorker,
  streamEvents,
} from './live-messages.ts';

const EVENTS = `${API_PREFIX}/events`;

/** Through the worker that all tabs share, or on its own where there are no such workers. */
export function openEventStream(): EventStream {
  if (typeof SharedWorker === 'undefined') return ownStream();
  const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), {
    type: 'module',
    name: 'loucloud-events',
  });
  return new WorkerStream(worker);
}

function ownStream(): EventStream {
  const source = new EventSource(EVENTS);
  return {
    get readyState() {
      return source.readyState;
    },
    addEventListener: (type, listener) =>
      source.addEventListener(type, (event) => listener(event as MessageEvent<string>)),
    close: () => source.close(),
  };
}

class WorkerStream implements EventStream {
  readyState: number = EventSource.CONNECTING;
  readonly #port: MessagePort;
  readonly #listeners = Object.fromEntries(streamEvents.map((type) => [type, []])) as unknown as Record<
    StreamEvent,
    ((event: MessageEvent<string>) => void)[]
  >;
  readonly #leave = () => this.close();

  constructor(worker: SharedWorker) {
    this.#port = worker.port;
    this.#port.addEventListener('message', ({ data: message }: MessageEvent<FromWorker>) => {
      const { type, data, readyState } = message;
      this.readyState = readyState;
      for (const listener of this.#listeners[type]) listener(new MessageEvent(type, { data }));
    });
    this.#port.start();
    this.#say({ open: EVENTS });
    // A worker is not told that a tab has gone.
    addEventListener('pagehide', this.#leave);
    // Its script may be gone after an upgrade: then the page lives without.
    worker.addEventListener('error', () => {
      this.readyState = EventSource.CLOSED;
      for (const listener of this.#listeners.error) listener(new MessageEvent('error'));
    });
  }

  addEventListener(type: StreamEvent, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners[type].push(listener);
  }

  close(): void {
    this.#say('close');
    removeEventListener('pagehide', this.#leave);
    this.#port.close();
    this.readyState = EventSource.CLOSED;
  }

  #say(message: ToWorker): void {
    // A port has one other end: there is no origin to name.
    // eslint-disable-next-line unicorn/require-post-message-target-origin
    this.#port.postMessage(message);
  }
}
