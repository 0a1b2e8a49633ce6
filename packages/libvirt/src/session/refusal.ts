/** remote_error: what an error reply or a failed stream carries. */
import { LibvirtError } from '../errors.ts';
import { type ValueOf, int, optional, struct } from '../xdr/codecs.ts';
import { decode } from '../xdr/coding.ts';
import { domain, network, optionalString } from '../protocol/objects.ts';

export const refusal = struct({
  number: int,
  origin: int,
  message: optionalString,
  level: int,
  domain: optional(domain),
  str1: optionalString,
  str2: optionalString,
  str3: optionalString,
  int1: int,
  int2: int,
  network: optional(network),
});

export type WireRefusal = ValueOf<typeof refusal>;

/** A LibvirtError, or the ProtocolError of a refusal that cannot be read. */
export function decodeRefusal(procedure: string, payload: Buffer): Error {
  try {
    const { number, origin, message, level, str1, str2, str3 } = decode(refusal, payload);
    const text = message ?? 'libvirt gave no message';
    return new LibvirtError(procedure, { number, origin, message: text, level, texts: [str1, str2, str3] });
  } catch (error) {
    return error as Error;
  }
}

export function wireRefusal({ number, origin, message, level, texts }: LibvirtError): WireRefusal {
  const [str1 = null, str2 = null, str3 = null] = texts;
  return {
    number,
    origin,
    message,
    level,
    domain: null,
    str1,
    str2,
    str3,
    int1: -1,
    int2: -1,
    network: null,
  };
}
