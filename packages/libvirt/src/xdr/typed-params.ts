/**
 * libvirt's typed parameters: named values of seven types. Statistics carry tens of thousands of them in one reply,
 * so they have a reader of their own: no codec call for each field, and names that come again are decoded once.
 */
import { ArgumentError, ProtocolError } from '../errors.ts';
import { type Codec, double, hyper, int, uhyper, uint } from './codecs.ts';
import type { XdrReader } from './reader.ts';
import type { XdrWriter } from './writer.ts';

export type TypedParam =
  | {
      readonly field: string;
      readonly type: 'int' | 'uint' | 'llong' | 'ullong' | 'double';
      readonly value: number;
    }
  | { readonly field: string; readonly type: 'boolean'; readonly value: boolean }
  | { readonly field: string; readonly type: 'string'; readonly value: string };

export type TypedValue = TypedParam['value'];

const STRING_MAX = 4_194_304;
/** Empty name, type word, empty string or int. */
const MIN_SIZE = 12;

export const typedParams = (max: number): Codec<readonly TypedParam[]> => ({
  minSize: 4,
  read: (from) => {
    const length = from.length(max);
    if (length * MIN_SIZE > from.remaining)
      throw new ProtocolError(`a list of ${length} does not fit its message`);
    const params: TypedParam[] = [];
    for (let i = 0; i < length; i++) params.push(readParam(from));
    return params;
  },
  write: (to, params) => {
    if (params.length > max)
      throw new ArgumentError(`${params.length} parameters are over the limit of ${max}`);
    to.int(params.length);
    for (const param of params) writeParam(to, param);
  },
});

/** The values by name. Where a name comes twice, the last one counts. */
export function paramsByName(params: readonly TypedParam[]): Map<string, TypedValue> {
  const values = new Map<string, TypedValue>();
  for (const { field, value } of params) values.set(field, value);
  return values;
}

function readParam(from: XdrReader): TypedParam {
  const field = readName(from);
  const type = from.int();
  switch (type) {
    case 1:
      return { field, type: 'int', value: from.int() };
    case 2:
      return { field, type: 'uint', value: from.uint() };
    case 3:
      return { field, type: 'llong', value: from.hyper() };
    case 4:
      return { field, type: 'ullong', value: from.uhyper() };
    case 5:
      return { field, type: 'double', value: from.double() };
    case 6:
      return { field, type: 'boolean', value: from.int() !== 0 };
    case 7:
      return { field, type: 'string', value: from.string(STRING_MAX) };
    default:
      throw new ProtocolError(`no typed parameter has type ${type}`);
  }
}

function writeParam(to: XdrWriter, param: TypedParam): void {
  to.string(param.field, STRING_MAX);
  switch (param.type) {
    case 'int':
      to.int(1);
      return int.write(to, param.value);
    case 'uint':
      to.int(2);
      return uint.write(to, param.value);
    case 'llong':
      to.int(3);
      return hyper.write(to, param.value);
    case 'ullong':
      to.int(4);
      return uhyper.write(to, param.value);
    case 'double':
      to.int(5);
      return double.write(to, param.value);
    case 'boolean':
      to.int(6);
      return to.int(param.value ? 1 : 0);
    case 'string':
      to.int(7);
      return to.string(param.value, STRING_MAX);
  }
}

/** Names seen before, by a hash of their bytes. Never grows past its size, whatever a server sends. */
const NAME_SLOTS = 4096;
const NAME_MAX = 80;
const knownNames: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = Array.from({
  length: NAME_SLOTS,
});

function readName(from: XdrReader): string {
  const length = from.length(STRING_MAX);
  const at = from.advance((length + 3) & ~3);
  const { bytes } = from;
  if (length > NAME_MAX) return bytes.toString('utf8', at, at + length);
  let hash = length;
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0; // within the checked bounds
  const slot = (hash ^ (hash >>> 12)) & (NAME_SLOTS - 1);
  const known = knownNames[slot];
  if (known?.bytes.length === length && isSame(known.bytes, bytes, at)) return known.text;
  const text = bytes.toString('utf8', at, at + length);
  knownNames[slot] = { bytes: Uint8Array.prototype.slice.call(bytes, at, at + length), text };
  return text;
}

function isSame(name: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[at + i]) return false;
  return true;
}
