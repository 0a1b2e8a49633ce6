/** The last samples of a VM or a host, one for each slot of time: the newest take the places of the oldest. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FIGURES, GAP } from './codes.ts';

export class Ring {
  readonly #codes: Uint16Array;
  readonly #length: number;
  #first: number | null = null;
  #last = -1;

  constructor(length: number) {
    this.#length = length;
    this.#codes = new Uint16Array(length * FIGURES).fill(GAP);
  }

  /** The slot in which it began; null: it has not. What was before that it does not know. */
  get first(): number | null {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  /** Slots that were passed over since the last one are gaps. A slot that is over already is left as it is. */
  put(slot: number, codes: readonly number[]): void {
    if (slot < this.#last) return;
    this.#first ??= slot;
    const passed = Math.min(slot - this.#last, this.#length);
    for (let at = slot - passed + 1; at <= slot; at++)
      this.#codes.fill(GAP, this.#at(at), this.#at(at) + FIGURES);
    this.#codes.set(codes, this.#at(slot));
    this.#last = slot;
  }

  code(slot: number, figure: number): number {
    const isThere = slot <= this.#last && slot > this.#last - this.#length;
    return isThere ? (this.#codes[this.#at(slot) + figure] ?? GAP) : GAP;
  }

  /** For another process. */
  packed(): string {
    const bytes = Buffer.from(this.#codes.buffer);
    const codes = deflateRawSync(bytes).toString('base64');
    return [this.#length, this.#first ?? '', this.#last, codes].join(' ');
  }

  /** null: it is none of ours. */
  static unpacked(text: string): Ring | null {
    const [length = '', first = '', last = '', codes = ''] = text.split(' ');
    const ring = new Ring(Number(length) || 1);
    try {
      const size = ring.#codes.byteLength;
      const bytes = inflateRawSync(Buffer.from(codes, 'base64'), { maxOutputLength: size });
      if (bytes.length !== size) return null;
      ring.#codes.set(new Uint16Array(Uint8Array.from(bytes).buffer));
    } catch {
      return null;
    }
    ring.#first = first === '' ? null : Number(first);
    ring.#last = Number(last);
    return ring;
  }

  #at(slot: number): number {
    return (((slot % this.#length) + this.#length) % this.#length) * FIGURES;
  }
}
