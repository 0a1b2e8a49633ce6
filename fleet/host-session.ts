/** One client's connection to a fleet host: its calls go to the test node, unless a fault says otherwise. */
import type { Duplex } from 'node:stream';
import { type AnyProcedureName, LibvirtError, procedures } from '@loucloud/libvirt';
import {
  type Frame,
  FrameDecoder,
  FrameEncoder,
  KEEPALIVE_PROGRAM,
  Keepalive,
  Status,
  Type,
  encode,
  refusal,
  wireRefusal,
} from '@loucloud/libvirt/testing';
import type { Faults } from './faults.ts';
import type { Answer, TestNode } from './test-node.ts';

/** libvirtd's max_client_requests: with so many unfinished calls it reads a connection no further. */
const MAX_UNFINISHED = 5;

export interface SessionHost {
  readonly name: string;
  readonly node: TestNode;
  readonly faults: Faults;
  /** Each call, as it comes. */
  readonly onCall: (name: AnyProcedureName) => void;
}

const names = new Map<string, AnyProcedureName>();
for (const name of Object.keys(procedures) as AnyProcedureName[]) {
  names.set(`${procedures[name].program}:${procedures[name].number}`, name);
}

export class HostSession {
  readonly #socket: Duplex;
  readonly #host: SessionHost;
  readonly #encoder = new FrameEncoder();
  readonly #subscribed = new Set<number>();
  /** What came or is to go while the host is frozen. */
  readonly #held: (() => void)[] = [];
  readonly #stopListening: () => void;
  #unfinished = 0;

  /** For as long as the socket lasts. */
  static serve(socket: Duplex, host: SessionHost): HostSession {
    return new HostSession(socket, host);
  }

  private constructor(socket: Duplex, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    const decoder = new FrameDecoder((frame) => this.#unlessFrozen(() => this.#receive(frame)));
    socket.on('data', (chunk: Buffer) => decoder.push(chunk));
    socket.on('error', () => {}); // a client that has gone is no concern of the host's
    socket.on('end', () => socket.end());
    this.#stopListening = host.node.onEvent((event) => this.#tell(event));
    socket.on('close', this.#stopListening);
  }

  destroy(): void {
    this.#stopListening();
    this.#socket.destroy();
  }

  /** Goes on with what was held. */
  thaw(): void {
    for (const go of this.#held.splice(0)) go();
  }

  #unlessFrozen(work: () => void): void {
    if (this.#host.faults.has('freeze')) this.#held.push(work);
    else work();
  }

  #receive(frame: Frame): void {
    if (frame.program === KEEPALIVE_PROGRAM) {
      if (frame.procedure === Keepalive.ping)
        this.#write({ ...frame, payload: frame.payload, procedure: Keepalive.pong });
    } else if (frame.type === Type.call) void this.#take(frame);
  }

  async #take(frame: Frame): Promise<void> {
    if (++this.#unfinished >= MAX_UNFINISHED) this.#socket.pause();
    const reply = { ...frame, type: Type.reply, ...(await this.#answer(frame)) };
    if (--this.#unfinished < MAX_UNFINISHED) this.#socket.resume();
    if (this.#socket.destroyed) return;
    this.#unlessFrozen(() => this.#write(reply));
  }

  async #answer(frame: Frame): Promise<Answer> {
    const { node, faults, onCall } = this.#host;
    const name = names.get(`${frame.program}:${frame.procedure}`);
    if (name === undefined) return node.call(frame).catch(gone);
    onCall(name);
    await faults.beforeCall(name);
    const refused = faults.refusalOf(name);
    if (refused) return refuse(name, refused.number, refused.message);
    // Nobody waits any more, and a daemon that was cut off has not read it.
    const answer = this.#socket.destroyed
      ? gone()
      : (ownAnswers[name]?.(this.#host.name) ?? (await node.call(frame).catch(gone)));
    this.#noteSubscription(name, answer);
    await faults.beforeReply(name);
    return answer;
  }

  #noteSubscription(name: AnyProcedureName, { status, payload }: Answer): void {
    if (name.endsWith('RegisterAny') && status === Status.ok) this.#subscribed.add(payload.readInt32BE(0));
  }

  #tell(event: Frame): void {
    // Every event begins with its subscription's number.
    if (!this.#subscribed.has(event.payload.readInt32BE(0))) return;
    if (this.#host.faults.has('lose events')) return;
    this.#unlessFrozen(() => this.#write(event));
  }

  #write(frame: Frame): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(this.#encoder.encodeHeader(frame, frame.payload.length));
    if (frame.payload.length > 0) this.#socket.write(frame.payload);
  }
}

/** What concerns the client's own connection, and what a machine of its own would say otherwise. */
const ownAnswers: { readonly [N in AnyProcedureName]?: (hostName: string) => Answer } = {
  authList: () => ok(encode(procedures.authList.reply, { types: [0] })),
  connectSupportsFeature: () => ok(encode(procedures.connectSupportsFeature.reply, { supported: 1 })),
  connectOpen: () => ok(Buffer.alloc(0)),
  connectClose: () => ok(Buffer.alloc(0)),
  connectGetHostname: (hostname) => ok(encode(procedures.connectGetHostname.reply, { hostname })),
};

const ok = (payload: Buffer): Answer => ({ status: Status.ok, payload });

function refuse(name: AnyProcedureName, number: number, message: string): Answer {
  const error = new LibvirtError(name, { number, origin: 10, message });
  return { status: Status.error, payload: encode(refusal, wireRefusal(error)) };
}

const gone = (): Answer => refuse('connectOpen', 1, 'the host has gone');
