/** The key by which an SSH server is known, and how to read it before there is a login. */
import { createHash } from 'node:crypto';
import { ConnectError, type HostKey } from '../errors.ts';
import { unlessAborted } from './aborting.ts';
import { addressText, openTcp } from './sockets.ts';
import { SSH_PORT } from './ssh-options.ts';
import { newSshClient, sshFailure } from './ssh-client.ts';

/** Of a key as it goes over the wire: a length, the type's name, then the numbers. */
export function hostKeyOf(wireKey: Buffer): HostKey {
  const type = wireKey.toString('latin1', 4, 4 + wireKey.readUInt32BE(0));
  const digest = createHash('sha256').update(wireKey).digest('base64').replace(/=+$/, '');
  return { type, fingerprint: `SHA256:${digest}` };
}

/**
 * The key that the server shows to whoever connects. It proves nothing by itself: somebody compares it with what the
 * server's own console says (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`), and then pins it.
 */
export async function readHostKey(
  { host, port = SSH_PORT }: { readonly host: string; readonly port?: number },
  signal: AbortSignal,
): Promise<HostKey> {
  const what = addressText(host, port);
  const socket = await openTcp(host, port, signal);
  const { promise, resolve, reject } = Promise.withResolvers<HostKey>();
  const client = newSshClient(socket, {
    username: 'nobody', // never sent: the key comes first, and is not accepted
    authHandler: [],
    hostVerifier: (key) => {
      resolve(hostKeyOf(key));
      return false;
    },
  });
  client.on('error', (error: Error) => reject(sshFailure(what, error, 'ssh_protocol')));
  client.on('close', () =>
    reject(new ConnectError(`${what} closed the connection`, { reason: 'connection_lost' })),
  );
  try {
    return await unlessAborted(promise, { what, signal });
  } finally {
    socket.destroy();
  }
}
