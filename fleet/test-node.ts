/**
 * A node of libvirt's test driver that many connections share. libvirtd gives a node described by a file to the one
 * connection that opened it; so there is one, and everybody's calls go over it. Fifty nodes cost one libvirtd 2 MB.
 */
import { type Socket, connect } from 'node:net';
import { once } from 'node:events';
import { type AnyProcedureName, procedures } from '@loucloud/libvirt';
import { type Frame, FrameDecoder, FrameEncoder, Status, Type, encode } from '@loucloud/libvirt/testing';

export interface Answer {
  readonly status: number;
  readonly payload: Buffer;
}

type Call = Pick<Frame, 'program' | 'version' | 'procedure' | 'payload'>;

/** libvirtd takes each subscription once on a connection. */
const SUBSCRIPTIONS: ReadonlySet<number> = new Set([
  procedures.connectDomainEventCallbackRegisterAny.number,
  procedures.connectNetworkEventRegisterAny.number,
  procedures.connectStoragePoolEventRegisterAny.number,
]);

export class TestNode {
  readonly #socket: Socket;
  readonly #encoder = new FrameEncoder();
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #subscriptions = new Map<string, Promise<Answer>>();
  readonly #listeners = new Set<(event: Frame) => void>();
  #lastSerial = 0;

  /** `descriptionPath`: the node's XML, where libvirtd finds it. */
  static async open(libvirtdSocket: string, descriptionPath: string): Promise<TestNode> {
    const socket = connect({ path: libvirtdSocket });
    await once(socket, 'connect');
    const node = new TestNode(socket);
    await node.#ask('authList', encode(procedures.authList.args, {}));
    const opening = { uri: `test://${descriptionPath}`, flags: 0 };
    const { status, payload } = await node.#ask('connectOpen', encode(procedures.connectOpen.args, opening));
    if (status === Status.ok) return node;
    socket.destroy();
    throw new Error(`libvirtd does not open ${opening.uri}: ${payload.toString('latin1')}`);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    const decoder = new FrameDecoder((frame) => this.#receive(frame));
    socket.on('data', (chunk: Buffer) => decoder.push(chunk));
    socket.on('close', () => this.#fail());
    socket.on('error', () => {}); // `close` follows
  }

  call(call: Call): Promise<Answer> {
    if (!SUBSCRIPTIONS.has(call.procedure)) return this.#send(call);
    const key = `${call.procedure}:${call.payload.toString('hex')}`;
    const known = this.#subscriptions.get(key) ?? this.#send(call);
    this.#subscriptions.set(key, known);
    return known;
  }

  onEvent(listener: (event: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(name: AnyProcedureName, payload: Buffer): Promise<Answer> {
    const { program, number } = procedures[name];
    return this.#send({ program, version: 1, procedure: number, payload });
  }

  #send({ program, version, procedure, payload }: Call): Promise<Answer> {
    const serial = (this.#lastSerial = (this.#lastSerial + 1) >>> 0);
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(serial, waiting);
    const header = { program, version, procedure, type: Type.call, serial, status: Status.ok };
    this.#socket.write(this.#encoder.encodeHeader(header, payload.length));
    if (payload.length > 0) this.#socket.write(payload);
    return waiting.promise;
  }

  #receive(frame: Frame): void {
    if (frame.type === Type.message) for (const listener of this.#listeners) listener(frame);
    if (frame.type !== Type.reply) return;
    const { status, payload } = frame;
    this.#waiting.get(frame.serial)?.resolve({ status, payload });
    this.#waiting.delete(frame.serial);
  }

  #fail(): void {
    for (const { promise, reject } of this.#waiting.values()) {
      promise.catch(() => {}); // whoever asked may have gone
      reject(new Error('the test node has gone'));
    }
    this.#waiting.clear();
  }
}
