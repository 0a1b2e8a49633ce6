/** What a tab and the worker that holds the event stream say to each other. */
export const streamEvents = ['open', 'change', 'progress', 'reset', 'error'] as const;
export type StreamEvent = (typeof streamEvents)[number];

export interface FromWorker {
  readonly type: StreamEvent;
  readonly data: string;
  /** As EventSource numbers it. */
  readonly readyState: number;
}
/** `open` carries the stream's address, so that the worker need not hold the whole API to know it. */
export type ToWorker = { readonly open: string } | 'close';

/** What the live stream needs of an EventSource. */
export interface EventStream {
  readonly readyState: number;
  addEventListener: (type: StreamEvent, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
}
