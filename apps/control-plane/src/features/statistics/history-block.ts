/**
 * Two hours of a VM or a host, in slots of five minutes: a row of the database. One figure's slots lie beside each other,
 * which deflates well; as text, so that every database takes it alike.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FIGURES, GAP } from './codes.ts';

export const HISTORY_PITCH_MS = 300_000;
const SLOTS = 24;
export const BLOCK_MS = SLOTS * HISTORY_PITCH_MS;
const SIZE_BYTES = SLOTS * FIGURES * 2;

export type Block = Uint16Array;

export const emptyBlock = (): Block => new Uint16Array(SLOTS * FIGURES).fill(GAP);

export const blockStart = (at: number): number => at - (at % BLOCK_MS);

const place = (at: number, figure: number): number =>
  figure * SLOTS + Math.floor((at % BLOCK_MS) / HISTORY_PITCH_MS);

export function putIn(block: Block, at: number, codes: readonly number[]): void {
  for (const [figure, code] of codes.entries()) block[place(at, figure)] = code;
}

export const codeIn = (block: Block, at: number, figure: number): number => block[place(at, figure)] ?? GAP;

/** What `later` does not know is taken from `earlier`: another run, or another control plane, had it. */
export const merged = (earlier: Block, later: Block): Block =>
  later.map((code, at) => (code === GAP ? (earlier[at] ?? GAP) : code));

export function packed(block: Block): string {
  const bytes = Buffer.alloc(SIZE_BYTES);
  for (const [at, code] of block.entries()) bytes.writeUInt16LE(code, at * 2);
  return deflateRawSync(bytes).toString('base64');
}

/** null: it is none of ours, or damaged. */
export function unpacked(text: string): Block | null {
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: SIZE_BYTES });
    if (bytes.length !== SIZE_BYTES) return null;
    return emptyBlock().map((_, at) => bytes.readUInt16LE(at * 2));
  } catch {
    return null;
  }
}
