/**
 * The WebSockets that carry screens (RFB) and serial lines. Bytes go through as they are, both ways, each side no faster
 * than the other takes them. The ticket comes in the subprotocol: URLs end up in logs.
 */
import type { Duplex } from 'node:stream';
import { type ConsoleCloseReason, WATCHERS_PROTOCOL, type Watchers, consoleCloseCodes } from '@loucloud/api';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from '@fastify/websocket';
import { UserError } from '../../platform/errors.ts';
import type { HostDriver, Hypervisor } from '../../platform/hypervisor.ts';
import type { DesktopService } from './desktop-service.ts';
import { lastingCopy, shortCopy } from './lent-memory.ts';
import type { SharedClipboards } from './shared-clipboards.ts';
import type { Admission, ConsoleKind } from './ticket-store.ts';
import { NotRfbError, ViewOnlyInput } from './view-only-input.ts';

interface Deps {
  readonly desktops: DesktopService;
  readonly clipboards: Pick<SharedClipboards, 'join'>;
  readonly host: (hostId: string) => HostDriver;
  readonly read: Hypervisor['readStream'];
  /** Throws for a page that is not ours. */
  readonly authorizeUpgrade: (request: FastifyRequest) => void;
}

/** The subprotocol beside `loucloud`, which is what the server answers with. */
const TICKET_PREFIX = 'ticket.';
/** WebSocket's own code for data that cannot be accepted. */
const NOT_UNDERSTOOD = 1003;
const TELL_INTERVAL_MS = 2000;
const PING_INTERVAL_MS = 15_000;
/** Bytes that a slow browser may leave unread before the guest's side is paused. */
const BUFFER_MAX = 1024 * 1024;

const closeCodes = new Map(
  Object.entries(consoleCloseCodes).map(([code, reason]): [ConsoleCloseReason, number] => [
    reason,
    Number(code),
  ]),
);

export function desktopSockets(
  app: FastifyInstance,
  { desktops, clipboards, host, read, authorizeUpgrade }: Deps,
): void {
  const route = (path: string, kind: ConsoleKind) =>
    app.route({
      method: 'GET',
      url: path,
      onRequest: async (request) => authorizeUpgrade(request),
      handler: () => Promise.reject(new UserError('invalid_request', { field: 'upgrade' })),
      wsHandler: (socket, request) => {
        view(socket, request, kind).catch((error: unknown) => {
          request.log.error({ err: error }, 'a desktop failed');
          socket.terminate();
        });
      },
    });
  route('/api/v1/desktop', 'desktop');
  route('/api/v1/serial-console', 'serial');

  async function view(socket: WebSocket, request: FastifyRequest, kind: ConsoleKind): Promise<void> {
    // The browser may speak before the guest's side is open: nothing of that is lost.
    socket.pause();
    const admission = await desktops.redeem(kind, ticketOf(request));
    if (!admission) return close(socket, 'ticket_refused');
    let guest: Duplex | undefined;
    const unwatch = await desktops.watch({
      kind,
      admission,
      end(reason) {
        close(socket, reason);
        guest?.destroy();
      },
      tell: watchersTo(socket, request),
    });
    socket.once('close', () => {
      unwatch();
      guest?.destroy();
    });
    try {
      guest = await open(kind, admission);
    } catch (error) {
      // The page has a word for it; what the server said is for the admin.
      request.log.warn(
        { err: error, hint: error instanceof UserError ? error.hint : undefined },
        'no desktop',
      );
      return close(socket, reasonOf(error, kind));
    }
    if (socket.readyState !== socket.OPEN) return void guest.destroy();
    if (kind === 'desktop' && !admission.isViewOnly) socket.once('close', clipboards.join(admission));
    connect(socket, guest, { log: request.log, input: inputOf(admission), read });
  }

  const open = (kind: ConsoleKind, { hostId, vmId }: Admission): Promise<Duplex> =>
    kind === 'desktop' ? host(hostId).openDesktop(vmId) : host(hostId).openSerialConsole(vmId);
}

/**
 * Tells a viewer's page who else watches, if it asked for that; and again and again, so that a page that hears nothing
 * knows its connection dead: a browser does not let it see pings.
 */
function watchersTo(socket: WebSocket, request: FastifyRequest): (watchers: Watchers) => void {
  if (!protocolsOf(request).includes(WATCHERS_PROTOCOL)) return () => undefined;
  let latest = '';
  const send = () => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < BUFFER_MAX) socket.send(latest);
  };
  const timer = setInterval(send, TELL_INTERVAL_MS);
  socket.once('close', () => clearInterval(timer));
  return (watchers) => {
    latest = JSON.stringify(watchers);
    send();
  };
}

const protocolsOf = (request: FastifyRequest): string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

function ticketOf(request: FastifyRequest): string {
  const offered = protocolsOf(request).find((name) => name.startsWith(TICKET_PREFIX));
  return offered?.slice(TICKET_PREFIX.length) ?? '';
}

function reasonOf(error: unknown, kind: ConsoleKind): ConsoleCloseReason {
  const code = error instanceof UserError ? error.code : null;
  if (code === 'wrong_state' || code === 'vm_vanished' || code === 'not_found') return 'vm_not_running';
  if (code === 'libvirt_refused' && kind === 'desktop') return 'vnc_refused';
  return 'host_unreachable';
}

/** What of a viewer's bytes may go on; null: all, as they are. */
type Input = Pick<ViewOnlyInput, 'take'> | null;

const inputOf = ({ isViewOnly }: Admission): Input => (isViewOnly ? new ViewOnlyInput() : null);

function connect(
  socket: WebSocket,
  guest: Duplex,
  { log, input, read }: { readonly log: FastifyBaseLogger; readonly input: Input } & Pick<Deps, 'read'>,
): void {
  const stopPings = keepAlive(socket);
  read(guest, (lent) => {
    // To a browser that keeps up it is gone in a moment.
    const copy = socket.bufferedAmount === 0 ? shortCopy(lent) : lastingCopy(lent);
    socket.send(copy.bytes, () => {
      copy.giveBack();
      if (guest.isPaused() && socket.bufferedAmount < BUFFER_MAX / 2) guest.resume();
    });
    if (socket.bufferedAmount > BUFFER_MAX) guest.pause();
  });
  socket.on('message', (data, isBinary) => {
    const bytes = isBinary ? (data as Buffer) : Buffer.from(data.toString()); // ws gives one Buffer by default
    const said = input === null ? bytes : saidBy(bytes, input);
    if (said === null) return socket.close(NOT_UNDERSTOOD);
    if (said.length > 0 && guest.writable && !guest.write(said)) socket.pause();
  });
  guest.on('drain', () => socket.resume());
  guest.on('error', (error) => log.info({ err: error }, 'the guest’s side of a desktop ended'));
  // The VM stopped, or was reset: the page asks for another ticket.
  guest.on('close', () => close(socket, 'vm_stopped'));
  socket.on('error', () => guest.destroy());
  socket.once('close', stopPings);
  socket.resume();
}

/** null: it is no RFB, so that nobody can say what of it would do no harm. */
function saidBy(bytes: Buffer, input: NonNullable<Input>): Buffer | null {
  try {
    return input.take(bytes);
  } catch (error) {
    if (error instanceof NotRfbError) return null;
    throw error;
  }
}

/** A live desktop never times out; a dead connection is found in half a minute. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}

function close(socket: WebSocket, reason: ConsoleCloseReason): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.resume(); // a paused socket would not hear the other side's answer to the close
  socket.close(closeCodes.get(reason) ?? 1011, reason);
}
