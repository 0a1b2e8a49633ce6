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

/**
 * Why a connection could not be made. Stable: what a program tells people, or does about it, goes by this.
 * A reason may be added; none changes its meaning.
 */
export type ConnectReason =
  // The way there.
  | 'name_not_found'
  | 'connection_refused'
  | 'host_unreachable'
  | 'connect_timeout'
  /** It ended before libvirt could be asked anything. */
  | 'connection_lost'
  /** The caller's signal fired, or the transport was closed. */
  | 'aborted'
  /** qemu+tcp: without authentication or encryption, and so never opened. */
  | 'tcp_refused'
  // SSH.
  /** Not an SSH server, or one that shares no algorithm with us. */
  | 'ssh_protocol'
  /** Not the pinned key: another server, a new installation, or somebody in between. `hostKey` is the one seen. */
  | 'host_key_changed'
  | 'ssh_authentication_failed'
  /** Our private key is in no known format, or its passphrase is wrong or missing. */
  | 'ssh_key_unreadable'
  /** sshd's AllowStreamLocalForwarding, AllowTcpForwarding or DisableForwarding, or the key's own restrictions. */
  | 'ssh_forwarding_denied'
  /** sshd did not open libvirt's socket, and the server could not be asked why. */
  | 'ssh_socket_refused'
  // TLS.
  /** Not a TLS server, or one that shares no version or cipher with us. */
  | 'tls_protocol'
  /** The server's certificate comes from none of our authorities. */
  | 'tls_untrusted_ca'
  | 'tls_expired'
  | 'tls_not_yet_valid'
  | 'tls_wrong_name'
  /** The server wants a certificate of ours, and was given none. */
  | 'tls_certificate_missing'
  /** The server does not accept ours: of another authority, or not on its tls_allowed_dn_list. */
  | 'tls_refused_our_certificate'
  | 'tls_our_certificate_expired'
  /** Our own authority, certificate or key cannot be read, or they do not belong together. */
  | 'tls_certificate_unreadable'
  // libvirt.
  /** Nothing listens on its socket. */
  | 'libvirt_not_running'
  /** This user may not open its socket, or libvirt wants more rights than the user has. */
  | 'libvirt_permission_denied'
  /** It wants SASL, which this client does not have. */
  | 'libvirt_authentication_unsupported'
  /** Connected, but it has not answered by the deadline. */
  | 'libvirt_no_answer'
  /** It answered, and refused for the reason in the cause: a LibvirtError. */
  | 'libvirt_refused'
  /** What answered is not libvirt. */
  | 'libvirt_protocol'
  // Forwarding to something else on the server.
  | 'forward_not_listening'
  | 'forward_permission_denied'
  /** The transport has no way to it. */
  | 'forward_unsupported';

export interface HostKey {
  /** "ssh-ed25519", … */
  readonly type: string;
  /** "SHA256:…", as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

export interface ConnectErrorOptions extends ErrorOptions {
  readonly reason: ConnectReason;
  readonly hostKey?: HostKey;
}

/** The connection could not be made, or the server refused it before any call. `cause` has the words of whoever refused. */
export class ConnectError extends LibvirtClientError {
  readonly code = 'connect';
  readonly reason: ConnectReason;
  /** Which key was seen, where that is the reason. */
  readonly hostKey: HostKey | undefined;

  constructor(message: string, { reason, hostKey, ...options }: ConnectErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.hostKey = hostKey;
  }
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
