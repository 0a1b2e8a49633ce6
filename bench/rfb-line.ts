/** A viewer that does not look: it shakes hands (RFB 3.8), asks for the screen and counts the bytes that come. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** Two ways to one screen: QEMU's socket itself, or LouCloud's WebSocket. */
interface Line {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  close(): void;
}

export async function directLine(path: string): Promise<Line> {
  const socket: Socket = connect(path);
  await once(socket, 'connect');
  return {
    send: (bytes) => void socket.write(bytes),
    onBytes: (listener) => void socket.on('data', listener),
    close: () => socket.destroy(),
  };
}

export function webSocketLine(socket: WebSocket): Line {
  return {
    send: (bytes) => socket.send(bytes),
    onBytes: (listener) =>
      socket.addEventListener('message', ({ data }) => listener(new Uint8Array(data as ArrayBuffer))),
    close: () => socket.close(),
  };
}

const BYTES_PER_PIXEL = 4;

export class Viewer {
  readonly #line: Line;
  #taken = Buffer.alloc(0);
  #listener: (() => void) | null = null;
  #onScreen: (() => void) | null = null;
  /** The handshake is over. */
  #isLooking = false;
  /** Of the screen, since it was first asked for. */
  screenBytes = 0;
  firstBytesAt = NaN;
  width = 0;
  height = 0;
  /** How long each answer of the handshake took. */
  readonly answersMs: number[] = [];

  private constructor(line: Line) {
    this.#line = line;
    line.onBytes((bytes) => this.#take(bytes));
  }

  /** Call it at once: the server speaks first. */
  static async open(line: Line): Promise<Viewer> {
    const viewer = new Viewer(line);
    await viewer.#next(12);
    viewer.firstBytesAt = performance.now();
    const types = await viewer.#ask(Uint8Array.from(Buffer.from('RFB 003.008\n')), 2);
    await viewer.#next((types[0] ?? 1) - 1);
    await viewer.#ask(Uint8Array.of(1), 4);
    const init = await viewer.#ask(Uint8Array.of(1), 24);
    await viewer.#next(init.readUInt32BE(20));
    viewer.width = init.readUInt16BE(0);
    viewer.height = init.readUInt16BE(2);
    // Raw, and nothing else: the most bytes.
    viewer.#send(Uint8Array.of(2, 0, 0, 1, 0, 0, 0, 0));
    return viewer;
  }

  /** Asks for the whole screen as soon as the one before has come, for so long. Answers MB a second. */
  async readWhole(ms: number): Promise<number> {
    const frameBytes = this.width * this.height * BYTES_PER_PIXEL;
    const over = Promise.withResolvers<void>();
    const startedAt = performance.now();
    let due = frameBytes;
    this.#onScreen = () => {
      if (this.screenBytes < due) return;
      due += frameBytes;
      if (performance.now() - startedAt < ms) this.#request(0);
      else over.resolve();
    };
    this.#request(0);
    await over.promise;
    this.#onScreen = null;
    return this.screenBytes / 1000 / (performance.now() - startedAt);
  }

  /** Asks for what changes, again and again until it is closed. */
  follow(): void {
    this.#onScreen = () => this.#request(1);
    this.#request(1);
  }

  close(): void {
    this.#onScreen = null;
    this.#line.close();
  }

  #request(incremental: 0 | 1): void {
    const bytes = new DataView(new ArrayBuffer(10));
    bytes.setUint8(0, 3);
    bytes.setUint8(1, incremental);
    bytes.setUint16(6, this.width);
    bytes.setUint16(8, this.height);
    this.#isLooking = true;
    this.#send(new Uint8Array(bytes.buffer));
  }

  #take(bytes: Uint8Array): void {
    if (this.#isLooking) {
      this.screenBytes += bytes.length;
      this.#onScreen?.();
      return;
    }
    this.#taken = Buffer.concat([this.#taken, bytes]);
    this.#listener?.();
  }

  async #ask(bytes: Uint8Array<ArrayBuffer>, count: number): Promise<Buffer> {
    const startedAt = performance.now();
    this.#send(bytes);
    const answer = await this.#next(count);
    this.answersMs.push(performance.now() - startedAt);
    return answer;
  }

  async #next(count: number): Promise<Buffer> {
    while (this.#taken.length < count) await new Promise<void>((resolve) => (this.#listener = resolve));
    const next = this.#taken.subarray(0, count);
    this.#taken = this.#taken.subarray(count);
    return next;
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#line.send(bytes);
  }
}
