/** As much of RFB 3.8 (RFC 6143) as a test needs to see a screen and to type: raw encoding, 32 bits a pixel. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** One number a pixel, row by row. */
  readonly pixels: Uint32Array;
}

export interface Screen {
  /** The whole screen as it is now. */
  frame(): Promise<Frame>;
  type(text: string): Promise<void>;
}

const RETURN_KEYSYM = 0xff0d;
const TAKE_MS = 30_000;

/** Call it as soon as the socket is open: the server speaks first. */
export async function readScreen(socket: WebSocket): Promise<Screen> {
  const input = new ByteQueue(socket);
  const send = (bytes: Uint8Array<ArrayBuffer>): void => socket.send(bytes);

  const version = await input.take(12);
  if (!version.toString().startsWith('RFB 003.')) throw new Error(`not RFB: ${version.toString()}`);
  send(Uint8Array.from(Buffer.from('RFB 003.008\n')));
  const [types = 0] = await input.take(1);
  const offered = await input.take(types);
  if (!offered.includes(1)) throw new Error(`no security type None in ${[...offered].join()}`);
  send(Uint8Array.of(1));
  if ((await input.take(4)).readUInt32BE() !== 0) throw new Error('the VNC server refused');
  send(Uint8Array.of(1)); // shared: others may watch
  const init = await input.take(24);
  await input.take(init.readUInt32BE(20));
  const size = { width: init.readUInt16BE(0), height: init.readUInt16BE(2) };
  // 32 bits a pixel, depth 24, little endian, true colour, 8 bits a channel.
  send(Uint8Array.of(0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0));
  const DESKTOP_SIZE = -223;
  const encodings = Buffer.alloc(12);
  encodings.writeUInt8(2, 0);
  encodings.writeUInt16BE(2, 2);
  encodings.writeInt32BE(0, 4);
  encodings.writeInt32BE(DESKTOP_SIZE, 8);
  send(Uint8Array.from(encodings));

  async function frame(): Promise<Frame> {
    for (;;) {
      const { width, height } = size;
      const pixels = new Uint32Array(width * height);
      const request = Buffer.alloc(10);
      request.writeUInt8(3, 0);
      request.writeUInt16BE(width, 6);
      request.writeUInt16BE(height, 8);
      send(Uint8Array.from(request));
      if (await readUpdate(pixels, width)) return { width, height, pixels };
    }
  }

  /** False: the screen has another size now, ask again. */
  async function readUpdate(pixels: Uint32Array, width: number): Promise<boolean> {
    const [type] = await input.take(1);
    if (type === 2) return readUpdate(pixels, width); // bell
    if (type === 3) {
      const head = await input.take(7);
      await input.take(head.readUInt32BE(3));
      return readUpdate(pixels, width);
    }
    if (type !== 0) throw new Error(`unexpected RFB message ${type}`);
    const count = (await input.take(3)).readUInt16BE(1);
    let isSameSize = true;
    for (let i = 0; i < count; i++) {
      const head = await input.take(12);
      const [x, y, w, h] = [0, 2, 4, 6].map((at) => head.readUInt16BE(at)) as [
        number,
        number,
        number,
        number,
      ];
      if (head.readInt32BE(8) === DESKTOP_SIZE) {
        size.width = w;
        size.height = h;
        isSameSize = false;
        continue;
      }
      const bytes = await input.take(w * h * 4);
      for (let at = 0; at < w * h; at++) {
        pixels[(y + Math.floor(at / w)) * width + x + (at % w)] = bytes.readUInt32LE(at * 4) & 0xffffff;
      }
    }
    return isSameSize;
  }

  return {
    frame,
    async type(text) {
      for (const character of text) {
        const keysym = character === '\n' ? RETURN_KEYSYM : (character.codePointAt(0) ?? 0);
        for (const isDown of [1, 0]) {
          const event = Buffer.alloc(8);
          event.writeUInt8(4, 0);
          event.writeUInt8(isDown, 1);
          event.writeUInt32BE(keysym, 4);
          send(Uint8Array.from(event));
        }
      }
    },
  };
}

/** What came, until somebody takes it. */
class ByteQueue {
  #bytes = Buffer.alloc(0);
  #wake: (() => void) | null = null;
  #isClosed = false;

  constructor(socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.from(data as ArrayBuffer)]);
      this.#wake?.();
    });
    socket.addEventListener('close', () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  async take(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) {
      if (this.#isClosed) throw new Error('the desktop was closed');
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${count} bytes within ${TAKE_MS} ms`)), TAKE_MS);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}
