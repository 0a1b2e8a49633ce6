/** Every error this library throws or rejects with. `code` is stable; messages are for people. */
export abstract class LibvirtClientError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller's value has no place in the protocol: nothing was sent. */
export class ArgumentError extends LibvirtClientError {
  readonly code = 'argument';
}

/** The peer sent bytes that are not the protocol. */
export class ProtocolError extends LibvirtClientError {
  readonly code = 'protocol';
}

/** The connection could not be made, or the server refused it before any call. */
export class ConnectError extends LibvirtClientError {
  readonly code = 'connect';
}

/** The connection went away before the reply came: the call may or may not have taken effect. */
export class ConnectionLostError extends LibvirtClientError {
  readonly code = 'connection_lost';
}

/** No reply by the deadline: the call may still take effect. */
export class CallTimeoutError extends LibvirtClientError {
  readonly code = 'call_timeout';
  readonly procedure: string;
  readonly timeoutMs: number;

  constructor(procedure: string, timeoutMs: number) {
    super(`${procedure} had no reply within ${timeoutMs} ms`);
    this.procedure = procedure;
    this.timeoutMs = timeoutMs;
  }
}

/** What libvirt says about a refusal. Texts may hold paths and names: for an administrator's eyes. */
export interface Refusal {
  readonly number: number;
  readonly origin: number;
  readonly message: string;
  readonly level?: number;
  /** The message's format string and its arguments: steadier to match on than `message`. */
  readonly texts?: readonly (string | null)[];
}

/** libvirt received the call and refused it. `isRefusal` asks for a certain one. */
export class LibvirtError extends LibvirtClientError {
  readonly code = 'libvirt';
  readonly procedure: string;
  /** virErrorNumber, for example 42 for "no such domain": see `ErrorNumber`. */
  readonly number: number;
  /** virErrorDomain: which part of libvirt refused (see `ErrorOrigin`). Not called "domain", which here is a guest. */
  readonly origin: number;
  /** virErrorLevel: 2 for an error. */
  readonly level: number;
  readonly texts: readonly (string | null)[];

  constructor(procedure: string, refusal: Refusal) {
    super(refusal.message);
    this.procedure = procedure;
    this.number = refusal.number;
    this.origin = refusal.origin;
    this.level = refusal.level ?? 2;
    this.texts = refusal.texts ?? [];
  }
}

/** Whether it is libvirt's refusal, for one of these reasons (of `ErrorNumber`). */
export function isRefusal(error: unknown, ...numbers: readonly number[]): error is LibvirtError {
  return error instanceof LibvirtError && numbers.includes(error.number);
}
