/** Reads XDR (RFC 4506) from one message: big-endian, every item padded to four bytes. Trusts no length. */
import { ProtocolError } from '../errors.ts';

const TWO_32 = 0x1_0000_0000;

export class XdrReader {
  readonly bytes: Buffer;
  offset: number;
  readonly #end: number;

  /** Of the bytes from `offset` to `end`. */
  constructor(bytes: Buffer, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  int(): number {
    const at = this.advance(4);
    const b = this.bytes;
    // advance() has checked the bounds, so no byte here is undefined.
    return (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
  }

  uint(): number {
    return this.int() >>> 0;
  }

  /** Exact to 2^53, the nearest double above. */
  hyper(): number {
    const high = this.int();
    return high * TWO_32 + this.uint();
  }

  /** Exact to 2^53, the nearest double above. */
  uhyper(): number {
    const high = this.uint();
    return high * TWO_32 + this.uint();
  }

  double(): number {
    return this.bytes.readDoubleBE(this.advance(8));
  }

  /** A view, not a copy, of `opaque[length]` without its padding. */
  fixed(length: number): Buffer {
    const at = this.advance((length + 3) & ~3);
    return this.bytes.subarray(at, at + length);
  }

  /** A length word, refused over `max` and before anything is allocated for it. */
  length(max: number): number {
    const length = this.uint();
    if (length > max) throw new ProtocolError(`length ${length} is over the limit of ${max}`);
    return length;
  }

  string(max: number): string {
    const length = this.length(max);
    const at = this.advance((length + 3) & ~3);
    return this.bytes.toString('utf8', at, at + length);
  }

  /** Moves over `length` bytes and says where they began. */
  advance(length: number): number {
    const at = this.offset;
    const end = at + length;
    if (end > this.#end) throw new ProtocolError(`message ends ${end - this.#end} bytes too early`);
    this.offset = end;
    return at;
  }
}
