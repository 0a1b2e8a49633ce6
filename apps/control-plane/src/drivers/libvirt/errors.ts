/** What libvirt refuses, in codes a person can act on. libvirt's own text goes no further than the hint. */
import {
  CallTimeoutError,
  ConnectError,
  ConnectionLostError,
  ErrorNumber,
  ErrorOrigin,
  LibvirtError,
  ProtocolError,
} from '@loucloud/libvirt';
import type { ErrorCode } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import { XmlCharacterError } from './xml.ts';
import { XmlError } from './xml-tree.ts';

/** A UserError where there is one for it; anything else is a bug and stays what it is. */
export function toUserError(error: unknown): unknown {
  if (error instanceof LibvirtError)
    return new UserError(codeOf(error), {}, { cause: error, hint: error.message });
  if (error instanceof CallTimeoutError)
    return new UserError('deadline_exceeded', {}, { cause: error, hint: error.message });
  if (error instanceof ConnectionLostError || error instanceof ConnectError) return hostUnreachable(error);
  // The host answers with what cannot be read.
  if (error instanceof ProtocolError || error instanceof XmlError)
    return new UserError('libvirt_refused', {}, { cause: error, hint: error.message });
  if (error instanceof XmlCharacterError)
    return new UserError('invalid_request', {}, { cause: error, hint: error.message });
  return error;
}

/** The host is lost or does not answer. That is its health, which the link and the pulse tell. */
export function isSilence(error: unknown): boolean {
  const translated = toUserError(error);
  return (
    translated instanceof UserError && ['host_unreachable', 'deadline_exceeded'].includes(translated.code)
  );
}

/** The domain that was asked about is no more: its end is told by an event of its own. */
export const isGone = (error: unknown): boolean => isLibvirtError(error, ErrorNumber.noDomain);

export const hostUnreachable = (cause?: Error): UserError =>
  new UserError('host_unreachable', {}, cause ? { cause, hint: reasonOf(cause) } : {});

/** The innermost cause says most: "connect ENOENT /var/run/libvirt/libvirt-sock". */
export function reasonOf(error: Error): string {
  let innermost = error;
  while (innermost.cause instanceof Error) innermost = innermost.cause;
  return innermost === error ? error.message : `${error.message}: ${innermost.message}`;
}

export const isLibvirtError = (error: unknown, ...numbers: readonly number[]): error is LibvirtError =>
  error instanceof LibvirtError && numbers.includes(error.number);

/** Runs it, and takes these refusals for "it was so already". */
export async function unless(numbers: readonly number[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isLibvirtError(error, ...numbers)) throw error;
  }
}

function codeOf({ number, origin, message }: LibvirtError): ErrorCode {
  if (message.includes('No space left on device')) return 'pool_full';
  if (message.includes('Cannot allocate memory')) return 'no_capacity';
  if (number === ErrorNumber.operationInvalid && origin === ErrorOrigin.network) return 'network_not_on_host';
  return CODES[number] ?? 'libvirt_refused';
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  [ErrorNumber.noDomain]: 'vm_vanished',
  [ErrorNumber.noNetwork]: 'network_not_on_host',
  [ErrorNumber.operationInvalid]: 'wrong_state',
  [ErrorNumber.operationTimeout]: 'deadline_exceeded',
  [ErrorNumber.cpuIncompatible]: 'cpu_incompatible',
};

/** The same object, whose methods throw UserErrors only. */
export function translating<T extends object>(methods: T): T {
  const translated: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(methods) as [
    string,
    (...args: unknown[]) => Promise<unknown>,
  ][]) {
    translated[name] = async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw toUserError(error);
      }
    };
  }
  // Each method has been replaced by one of the same shape.
  return translated as T;
}
