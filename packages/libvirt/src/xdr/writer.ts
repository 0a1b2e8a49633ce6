/**
 * Writes XDR (RFC 4506) into a slab that successive messages share, so a small message costs no allocation of its own.
 * A finished message is a view that nothing writes to again until it is taken back: it may wait in a socket for as long as it
 * likes.
 */
import { ArgumentError } from '../errors.ts';

const SLAB_SIZE = 16_384;
const TWO_32 = 0x1_0000_0000;
/** Up to here a string's worst case (three bytes a unit) is reserved instead of measured. */
const SHORT_STRING = 512;

export class XdrWriter {
  #slab = Buffer.allocUnsafeSlow(SLAB_SIZE);
  #view = new DataView(this.#slab.buffer);
  #start = 0;
  #offset = 0;
  /** The last message, and where it begins. */
  #last: Buffer | undefined;
  #lastStart = 0;

  /** Forgets what an abandoned message left, and begins a new one. */
  begin(): void {
    this.#offset = this.#start;
  }

  /** The message since `begin`. */
  finish(): Buffer {
    const last = this.#last;
    // The memory of one that was taken back, and as long: the view of it does once more.
    const isSame = last?.length === this.length && this.#lastStart === this.#start;
    const message = isSame ? last : this.#slab.subarray(this.#start, this.#offset);
    this.#last = message;
    this.#lastStart = this.#start;
    this.#start = this.#offset;
    // A slab grown for one big message is not kept alive by the small ones after it.
    if (this.#slab.length > SLAB_SIZE) this.#renew(0);
    return message;
  }

  /** A message that nobody will read any more: where it is the last one, the next is written into its memory. */
  takeBack(message: Buffer): void {
    if (message === this.#last) this.#start = this.#lastStart;
  }

  get length(): number {
    return this.#offset - this.#start;
  }

  int(value: number): void {
    const at = this.reserve(4); // which may renew the slab
    this.#view.setInt32(at, value);
  }

  /** Two's complement of an integral number of -2^63 to 2^64. */
  hyper(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.int(high | 0);
    this.int((value - high * TWO_32) | 0);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.#view.setFloat64(at, value);
  }

  /** Bytes and their padding, without a length. */
  fixed(bytes: Uint8Array): void {
    const padded = (bytes.length + 3) & ~3;
    const at = this.reserve(padded);
    this.#slab.set(bytes, at);
    this.#zero(at + bytes.length, at + padded);
  }

  string(value: string, max: number): void {
    // Behind a NUL the server's C strings would silently end.
    if (value.includes('\0')) throw new ArgumentError('a string for libvirt cannot hold a NUL character');
    const bound = value.length <= SHORT_STRING ? value.length * 3 : Buffer.byteLength(value);
    const at = this.reserve(4 + ((bound + 3) & ~3));
    const length = this.#slab.write(value, at + 4, 'utf8');
    if (length > max) throw new ArgumentError(`a string of ${length} bytes is over the limit of ${max}`);
    const padded = (length + 3) & ~3;
    this.#zero(at + 4 + length, at + 4 + padded);
    this.#offset = at;
    this.int(length);
    this.#offset = at + 4 + padded;
  }

  /** Room for `size` bytes, and where it begins. */
  reserve(size: number): number {
    if (this.#offset + size > this.#slab.length) this.#renew(this.length + size);
    const at = this.#offset;
    this.#offset = at + size;
    return at;
  }

  /** Puts a word over one already reserved. */
  patch(position: number, value: number): void {
    this.#view.setUint32(this.#start + position, value);
  }

  /** Three bytes at most: for so few, fill() is a long way. */
  #zero(from: number, to: number): void {
    for (let at = from; at < to; at++) this.#slab[at] = 0;
  }

  #renew(needed: number): void {
    const slab = Buffer.allocUnsafeSlow(needed <= SLAB_SIZE / 2 ? SLAB_SIZE : needed * 2);
    const length = this.#offset - this.#start;
    this.#slab.copy(slab, 0, this.#start, this.#offset);
    this.#slab = slab;
    this.#view = new DataView(slab.buffer);
    this.#last = undefined;
    this.#start = 0;
    this.#offset = length;
  }
}
