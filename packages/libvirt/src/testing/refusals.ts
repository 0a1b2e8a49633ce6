import { LibvirtError } from '../errors.ts';
import { ErrorNumber, ErrorOrigin } from '../protocol/error-numbers.ts';

/** A refusal for a handler to throw. */
export function refuse(number: number, message: string, origin: number = ErrorOrigin.domain): LibvirtError {
  return new LibvirtError('', { number, origin, message });
}

export const refuseUnsupported = (name: string): LibvirtError =>
  refuse(
    ErrorNumber.noSupport,
    `this function is not supported by the connection driver: ${name}`,
    ErrorOrigin.none,
  );
