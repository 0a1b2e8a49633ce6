/** Whole messages to and from bytes. */
import { ProtocolError } from '../errors.ts';
import type { Codec } from './codecs.ts';
import { XdrReader } from './reader.ts';
import { XdrWriter } from './writer.ts';

export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return writer.finish();
}

/** Refuses bytes left over: a layout that differs from ours must not pass unseen. */
export function decode<T>(codec: Codec<T>, bytes: Buffer, start = 0, end = bytes.length): T {
  const reader = new XdrReader(bytes, start, end);
  const value = codec.read(reader);
  if (reader.remaining > 0) throw new ProtocolError(`message has ${reader.remaining} bytes left over`);
  return value;
}
