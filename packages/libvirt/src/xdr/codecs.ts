/** A codec is the only place that knows both the wire form and the TypeScript type of a value. */
import { ArgumentError, ProtocolError } from '../errors.ts';
import type { XdrReader } from './reader.ts';
import type { XdrWriter } from './writer.ts';

export interface Codec<T> {
  /** The fewest bytes a value takes: bounds an array's length before anything is built for it. */
  readonly minSize: number;
  read(from: XdrReader): T;
  write(to: XdrWriter, value: T): void;
}

export type ValueOf<C> = C extends Codec<infer T> ? T : never;
export type Fields = Readonly<Record<string, Codec<unknown>>>;
export type StructOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export const int: Codec<number> = {
  minSize: 4,
  read: (from) => from.int(),
  write: (to, value) => to.int(checkInteger(value, -0x8000_0000, 0x7fff_ffff)),
};

export const uint: Codec<number> = {
  minSize: 4,
  read: (from) => from.uint(),
  write: (to, value) => to.int(checkInteger(value, 0, 0xffff_ffff)),
};

/**
 * 64-bit integers are plain numbers both ways: exact to 2^53. Above it only counters (nanoseconds, bytes) and "no limit"
 * are found; they come as the nearest double, and a double at the very top is sent as the largest integer.
 */
export const hyper: Codec<number> = {
  minSize: 8,
  read: (from) => from.hyper(),
  write: (to, value) => {
    checkInteger(value, -(2 ** 63), 2 ** 63);
    if (value === 2 ** 63) {
      to.int(0x7fff_ffff);
      to.int(-1);
    } else to.hyper(value);
  },
};

export const uhyper: Codec<number> = {
  minSize: 8,
  read: (from) => from.uhyper(),
  write: (to, value) => {
    checkInteger(value, 0, 2 ** 64);
    if (value === 2 ** 64) {
      to.int(-1);
      to.int(-1);
    } else to.hyper(value);
  },
};

export const double: Codec<number> = {
  minSize: 8,
  read: (from) => from.double(),
  write: (to, value) => to.double(value),
};

/** `opaque<max>`: read as a copy, so that a small secret does not keep a large frame alive. */
export const opaque = (max: number): Codec<Uint8Array> => ({
  minSize: 4,
  read: (from) => Buffer.from(from.fixed(from.length(max))),
  write: (to, value) => {
    if (value.length > max) throw new ArgumentError(`${value.length} bytes are over the limit of ${max}`);
    to.int(value.length);
    to.fixed(value);
  },
});

/** `string<max>`; what is not UTF-8 reads as U+FFFD. */
export const text = (max: number, writeMax = max): Codec<string> => ({
  minSize: 4,
  read: (from) => from.string(max),
  write: (to, value) => to.string(value, writeMax),
});

/** `char name[length]`: one int for each byte, ended by a zero. */
export const chars = (length: number): Codec<string> => ({
  minSize: length * 4,
  read: (from) => {
    const codes = Array.from({ length }, () => from.int() & 0xff);
    const end = codes.indexOf(0);
    return Buffer.from(end === -1 ? codes : codes.slice(0, end)).toString('utf8');
  },
  write: (to, value) => {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length > length)
      throw new ArgumentError(`${bytes.length} bytes are over the limit of ${length}`);
    for (let i = 0; i < length; i++) to.int(bytes[i] ?? 0);
  },
});

/** `T *`: a value that may be absent. */
export const optional = <T>(of: Codec<T>): Codec<T | null> => ({
  minSize: 4,
  read: (from) => (from.int() === 0 ? null : of.read(from)),
  write: (to, value) => {
    if (value === null) to.int(0);
    else {
      to.int(1);
      of.write(to, value);
    }
  },
});

/** `T name<max>` */
export const array = <T>(of: Codec<T>, max: number): Codec<readonly T[]> => ({
  minSize: 4,
  read: (from) => {
    const length = from.length(max);
    if (length * of.minSize > from.remaining)
      throw new ProtocolError(`a list of ${length} does not fit its message`);
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(of.read(from));
    return items;
  },
  write: (to, items) => {
    if (items.length > max) throw new ArgumentError(`a list of ${items.length} is over the limit of ${max}`);
    to.int(items.length);
    for (const item of items) of.write(to, item);
  },
});

/** Fields are read and written in the order they are declared. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>> {
  const names = Object.keys(fields);
  const codecs = Object.values(fields);
  return {
    minSize: codecs.reduce((sum, codec) => sum + codec.minSize, 0),
    read: (from) => {
      const value: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) value[names[i]!] = codecs[i]!.read(from); // both lists are as long
      return value as StructOf<F>; // each declared field has just been read by its own codec
    },
    write: (to, value) => {
      for (let i = 0; i < names.length; i++) writeField(to, codecs[i]!, names[i]!, value[names[i]!]);
    },
  };
}

function writeField(to: XdrWriter, codec: Codec<unknown>, name: string, value: unknown): void {
  if (value === undefined) throw new ArgumentError(`${name} is missing`);
  codec.write(to, value);
}

function checkInteger(value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ArgumentError(`${value} is not an integer of ${min} to ${max}`);
  }
  return value;
}
