/**
 * One event stream for all tabs of a browser: over HTTP/1.1 it opens six connections to a server at most, and a stream
 * for each tab would leave none for the seventh.
 */
import { type FromWorker, type ToWorker, streamEvents } from './live-messages.ts';

const ports = new Set<MessagePort>();
let source: EventSource | null = null;

const tell = (port: MessagePort, message: FromWorker) => port.postMessage(message);
const tellAll = (message: FromWorker) => {
  for (const port of ports) tell(port, message);
};

function open(url: string): EventSource {
  const opened = new EventSource(url);
  for (const type of streamEvents) {
    opened.addEventListener(type, (event) => {
      const data = event instanceof MessageEvent ? String(event.data) : '';
      if (opened.readyState === EventSource.CLOSED) source = null;
      tellAll({ type, data, readyState: opened.readyState });
    });
  }
  return opened;
}

function leave(port: MessagePort): void {
  ports.delete(port);
  if (ports.size > 0) return;
  source?.close();
  source = null;
}

// What a shared worker hears, which the DOM's types do not describe.
const scope: EventTarget = self;
scope.addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  port.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data === 'close') return leave(port);
    ports.add(port);
    if (source?.readyState === EventSource.OPEN)
      tell(port, { type: 'open', data: '', readyState: EventSource.OPEN });
    source ??= open(data.open);
  });
  port.start();
});
