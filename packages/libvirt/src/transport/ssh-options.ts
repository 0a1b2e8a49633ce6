import type { KeepaliveOptions } from '../session/keepalive.ts';

export interface SshOptions {
  readonly host: string;
  readonly port?: number;
  readonly username: string;
  /** The text of a private key, in OpenSSH's format or PEM. It goes before the password. */
  readonly privateKey?: string | Buffer;
  readonly passphrase?: string;
  readonly password?: string;
  /** The fingerprint that the server's key must have, as `readHostKey` and `ssh-keygen -l` say it: "SHA256:…". */
  readonly hostKey: string;
  /** Which daemon, and whether at a socket of its own: `qemu:///system` unless said otherwise. */
  readonly uri?: string;
  /** libvirt's socket for readers, which more users may open. */
  readonly readOnly?: boolean;
  /** Of the SSH connection; libvirt's own goes on inside it. */
  readonly keepalive?: KeepaliveOptions;
}

export const SSH_PORT = 22;
/** Sooner than libvirt's own: what is opened after a loss must not go into a dead connection again. */
export const SSH_KEEPALIVE: KeepaliveOptions = { intervalMs: 5000, count: 3 };
