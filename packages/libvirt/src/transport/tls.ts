/** libvirt over TLS: we check the server's certificate and name, the server checks ours. */
import { X509Certificate } from 'node:crypto';
import { type Socket, isIP } from 'node:net';
import {
  type ConnectionOptions as TlsConnectOptions,
  type PeerCertificate,
  type TLSSocket,
  checkServerIdentity,
  connect,
} from 'node:tls';

import { ConnectError, type ConnectReason } from '../errors.ts';
import { unlessAborted } from './aborting.ts';
import { addressText, openTcp, systemReason } from './sockets.ts';
import type { Transport } from './transport.ts';

/** What both sides know each other by, in PEM. */
export interface TlsCredentials {
  /** The authorities that the server's certificate must come from; no others are trusted. */
  readonly ca: string | Buffer;
  /** Ours. A server may be set up to want none. */
  readonly certificate?: string | Buffer;
  readonly key?: string | Buffer;
}

export interface TlsOptions extends TlsCredentials {
  readonly host: string;
  readonly port?: number;
  /** The name in the server's certificate, where it is not `host`. */
  readonly serverName?: string;
}

const TLS_PORT = 16_514;
/** What libvirt sends, before anything else, to a client whose certificate it accepts. */
const ACCEPTED = 1;

export function tlsTransport(options: TlsOptions): Transport {
  const { host, port = TLS_PORT } = options;
  return {
    async open(signal) {
      const secured = await secureSocket(await openTcp(host, port, signal), options, signal);
      oneRecordForEachWrite(secured);
      try {
        return await unlessAborted(accepted(secured, options), { what: addressText(host, port), signal });
      } catch (error) {
        secured.destroy();
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** TLS on a connection that is there: the server proves to be `serverName`, or `host`. Rejects with a ConnectError. */
export async function secureSocket(
  socket: Socket,
  options: TlsCredentials & Pick<TlsOptions, 'host' | 'serverName'>,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { host, serverName = host } = options;
  try {
    const secured = connect(tlsOptions(socket, options, serverName));
    const done = Promise.withResolvers<void>();
    secured.once('secureConnect', done.resolve);
    secured.once('error', done.reject);
    secured.once('close', () => done.reject(new Error('the server closed the connection')));
    await unlessAborted(done.promise, { what: serverName, signal });
    secured.off('error', done.reject);
    return secured;
  } catch (cause) {
    socket.destroy();
    if (cause instanceof ConnectError) throw cause;
    const reason = tlsReason(cause as Error, options);
    throw new ConnectError(`no secure connection to ${host}`, { reason, cause });
  }
}

function tlsOptions(
  socket: Socket,
  { ca, certificate, key }: TlsCredentials,
  serverName: string,
): TlsConnectOptions {
  void new X509Certificate(ca); // Node would take what is none for an authority of nobody
  return {
    socket,
    ca,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_name: string, peer: PeerCertificate) => checkServerIdentity(serverName, peer),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    // An address is no name to ask for.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  };
}

/**
 * libvirtd waits for its socket to be readable, not for what GnuTLS has read of it already: the second of two requests in
 * one TLS record would lie there until something else comes. Node puts writes that have to wait into one record, unless a
 * stream cannot take several at once.
 */
function oneRecordForEachWrite(secured: TLSSocket): void {
  Object.defineProperty(secured, '_writev', { value: null });
}

/** Settles when what comes next is RPC. */
function accepted(socket: TLSSocket, { certificate }: TlsCredentials): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // With TLS 1.3 a client whose certificate is refused sees a handshake that went well, and then the end.
    const refused = (cause?: Error) => {
      const reason = refusedReason(certificate);
      reject(new ConnectError('the server does not accept us', { reason, cause }));
    };
    const onEnd = () => refused();
    const onReadable = () => {
      const byte = socket.read(1) as Buffer | null;
      if (!byte) return;
      socket.off('readable', onReadable).off('error', refused).off('end', onEnd).off('close', onEnd);
      if (byte[0] === ACCEPTED) resolve(socket);
      else reject(new ConnectError('what answered is not libvirt', { reason: 'libvirt_protocol' }));
    };
    socket.on('readable', onReadable).once('error', refused).once('end', onEnd).once('close', onEnd);
  });
}

function tlsReason(error: Error, { certificate }: TlsCredentials): ConnectReason {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known = REASONS[code];
  if (known) return known;
  if (code.startsWith('ERR_OSSL_')) return 'tls_certificate_unreadable';
  if (/ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/.test(code))
    return refusedReason(certificate);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO' || code.startsWith('ERR_TLS_')) return 'tls_protocol';
  // The server ends it in the middle, instead of an answer.
  return code === 'ECONNRESET' ? 'tls_protocol' : systemReason(error);
}

function refusedReason(certificate: string | Buffer | undefined): ConnectReason {
  if (certificate === undefined) return 'tls_certificate_missing';
  return new X509Certificate(certificate).validToDate < new Date()
    ? 'tls_our_certificate_expired'
    : 'tls_refused_our_certificate';
}

/** OpenSSL's names for what is wrong with a chain, and Node's own. */
const REASONS: Readonly<Record<string, ConnectReason>> = {
  CERT_HAS_EXPIRED: 'tls_expired',
  CERT_NOT_YET_VALID: 'tls_not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_untrusted_ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_untrusted_ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_untrusted_ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_untrusted_ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_untrusted_ca',
  CERT_SIGNATURE_FAILURE: 'tls_untrusted_ca',
  CERT_CHAIN_TOO_LONG: 'tls_untrusted_ca',
  CERT_UNTRUSTED: 'tls_untrusted_ca',
  CERT_REJECTED: 'tls_untrusted_ca',
  CERT_REVOKED: 'tls_untrusted_ca',
  INVALID_CA: 'tls_untrusted_ca',
  INVALID_PURPOSE: 'tls_untrusted_ca',
};
