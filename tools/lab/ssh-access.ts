/** The SSH server of a host, and what a client needs to get in: by key or by password, as root or as somebody without rights. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

export interface SshAccess {
  /** In OpenSSH's own format. */
  readonly privateKey: string;
  /** root's; `nobody`, who may not talk to libvirt, has the same. */
  readonly password: string;
  /** Of the host's key, as `ssh-keygen -l` prints it: `SHA256:…`. */
  readonly hostKeyFingerprint: string;
}

/** `folder` is the host's. */
export async function prepareSsh(folder: string): Promise<SshAccess> {
  const password = randomBytes(12).toString('hex');
  const [fingerprint] = await Promise.all([
    newHostKey(folder),
    newKey(join(folder, 'client_key')),
    writeShadow(folder, password),
    writeFile(join(folder, 'sshd_config'), configOf(folder)),
  ]);
  const publicKey = await readFile(join(folder, 'client_key.pub'), 'utf8');
  await writeFile(join(folder, 'authorized_keys'), publicKey);
  const privateKey = await readFile(join(folder, 'client_key'), 'utf8');
  return { privateKey, password, hostKeyFingerprint: fingerprint };
}

/** As after an installation from scratch, or with somebody in between: from the next connection on it is another. */
export async function newHostKey(folder: string): Promise<string> {
  const path = join(folder, 'host_key');
  await newKey(path);
  const [, fingerprint = ''] = (await run('ssh-keygen', '-l', '-E', 'sha256', '-f', `${path}.pub`)).split(
    ' ',
  );
  return fingerprint;
}

async function newKey(path: string): Promise<void> {
  await run('rm', '-f', path, `${path}.pub`);
  await run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', path);
}

/** The machine's accounts with a password that only this lab knows. */
async function writeShadow(folder: string, password: string): Promise<void> {
  const hash = (await run('openssl', 'passwd', '-6', password)).trim();
  const shadow = await readFile('/etc/shadow', 'utf8');
  const lines = shadow.replaceAll(/^(root|nobody):[^:]*:/gm, (_, name: string) => `${name}:${hash}:`);
  await writeFile(join(folder, 'shadow'), lines, { mode: 0o640 });
}

const configOf = (folder: string): string => `Port 22
HostKey ${join(folder, 'host_key')}
AuthorizedKeysFile ${join(folder, 'authorized_keys')} ${join(folder, '.ssh/authorized_keys')}
PidFile ${join(folder, 'sshd.pid')}
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
# The lab's folder is of a kind that sshd would rather not trust.
StrictModes no
`;
