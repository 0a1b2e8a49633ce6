/** VNC over TLS, as QEMU speaks it when it wants a certificate of its viewers (VeNCrypt 0.2, X509None), and nothing weaker. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ConnectError, type TlsCredentials, secureSocket } from '@loucloud/libvirt';
import { readBytes } from './read-bytes.ts';

export interface ScreenTls extends TlsCredentials {
  /** The server's address, and the name in its certificate. */
  readonly host: string;
}

/** What a screen's server says that cannot be accepted. */
export class ScreenRefusedError extends Error {}

const RFB_VERSION = 'RFB 003.008\n';
const VENCRYPT = 19;
const VENCRYPT_VERSION = Buffer.from([0, 2]);
const X509_NONE = 260;

/**
 * As far as the screen's protocol goes on with the viewer's ClientInit. Rejects with a ConnectError about certificates, or a
 * ScreenRefusedError.
 */
export async function secureScreen(socket: Socket, tls: ScreenTls, signal: AbortSignal): Promise<TLSSocket> {
  try {
    await agreeOnCertificates(socket, signal);
    const secured = await secureSocket(socket, tls, signal);
    // QEMU checks our certificate after the handshake: until this comes we may still be refused.
    if ((await readBytes(secured, 4, signal)).readUInt32BE(0) === 0) return secured;
    throw new ScreenRefusedError('it does not accept our certificate');
  } catch (cause) {
    socket.destroy();
    if (cause instanceof ConnectError || cause instanceof ScreenRefusedError) throw cause;
    throw new ScreenRefusedError('it ended the greeting, or does not accept our certificate', { cause });
  }
}

async function agreeOnCertificates(socket: Socket, signal: AbortSignal): Promise<void> {
  const take = (count: number) => readBytes(socket, count, signal);
  const version = (await take(12)).toString('latin1');
  if (version !== RFB_VERSION) throw new ScreenRefusedError(`it speaks ${JSON.stringify(version)}`);
  socket.write(RFB_VERSION);

  const [typeCount = 0] = await take(1);
  const types = typeCount === 0 ? [] : [...(await take(typeCount))];
  if (types.length !== 1 || types[0] !== VENCRYPT)
    throw new ScreenRefusedError(`it offers the security types ${types.join(', ')}, not VeNCrypt alone`);
  socket.write(Buffer.from([VENCRYPT]));

  const offered = await take(2);
  if (!offered.equals(VENCRYPT_VERSION))
    throw new ScreenRefusedError(`it offers VeNCrypt ${offered.join('.')}, not 0.2`);
  socket.write(VENCRYPT_VERSION);

  const [refusedVersion, subtypeCount = 0] = await take(2);
  if (refusedVersion !== 0) throw new ScreenRefusedError('it refuses the version that it offered');
  const subtypes = await take(subtypeCount * 4);
  if (subtypeCount !== 1 || subtypes.readUInt32BE(0) !== X509_NONE)
    throw new ScreenRefusedError('it offers another protection than certificates alone');
  socket.write(subtypes);

  const [isAccepted] = await take(1);
  if (isAccepted !== 1) throw new ScreenRefusedError('it refuses the protection that it offered');
}
