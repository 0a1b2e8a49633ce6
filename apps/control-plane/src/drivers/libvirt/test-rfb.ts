/** A viewer of screens, for tests. */
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';

/** Takes bytes as the protocol asks for them. */
class Reader {
  readonly #chunks: AsyncIterator<unknown>;
  #bytes = Buffer.alloc(0);

  constructor(stream: Duplex) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) {
      const { value, done } = (await this.#chunks.next()) as IteratorResult<Buffer>;
      if (done) throw new Error('the stream has ended');
      this.#bytes = Buffer.concat([this.#bytes, value]);
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

/** An RFB 3.8 client as far as its first whole picture, in the server's own pixels. */
export async function firstPicture(stream: Duplex) {
  const from = new Reader(stream);
  assert.equal((await from.take(12)).toString(), 'RFB 003.008\n');
  stream.write('RFB 003.008\n');
  const [typeCount = 0] = await from.take(1);
  assert.ok((await from.take(typeCount)).includes(1), 'no password: the socket is the guard');
  stream.write(Buffer.from([1]));
  assert.equal((await from.take(4)).readUInt32BE(), 0);
  stream.write(Buffer.from([1])); // shared with other viewers
  const init = await from.take(24);
  const [width, height] = [init.readUInt16BE(0), init.readUInt16BE(2)];
  await from.take(init.readUInt32BE(20));
  const request = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  request.writeUInt16BE(width, 6);
  request.writeUInt16BE(height, 8);
  stream.write(request);
  const update = await from.take(4);
  assert.equal(update[0], 0);
  let isBlack = true;
  for (let left = update.readUInt16BE(2); left > 0; left--) {
    const rectangle = await from.take(12);
    const pixels = await from.take(rectangle.readUInt16BE(4) * rectangle.readUInt16BE(6) * 4);
    isBlack &&= pixels.every((_, i) => i % 4 === 3 || pixels[i] === 0);
  }
  return { width, height, isBlack };
}
