/** LouCloud's own SSH key, for hosts that have its public half in their authorized_keys. Made when it is first needed. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ReplyFor } from '@loucloud/api';
import type { Database } from '../../platform/database/database.ts';
import type { Secrets } from '../../platform/secrets/secrets.ts';

const SECRET = 'ssh-key';
const TYPE = 'ssh-ed25519';
const COMMENT = 'loucloud';

interface SshKeyPair {
  /** In OpenSSH's own format. */
  readonly privateKey: string;
  /** base64, as in authorized_keys. */
  readonly publicKey: string;
}

export type OwnSshKey = ReturnType<typeof ownSshKey>;

export function ownSshKey({ database, secrets }: { database: Database; secrets: Secrets }) {
  let asked: Promise<SshKeyPair> | null = null;

  /** Asked for several times at once, it is made once. */
  function pair(): Promise<SshKeyPair> {
    asked ??= keptOrNew().finally(() => (asked = null));
    return asked;
  }

  async function keptOrNew(): Promise<SshKeyPair> {
    const kept = await secrets.read(database.db, SECRET);
    if (kept !== null) return JSON.parse(kept) as SshKeyPair; // as it is sealed below
    const made = newSshKeyPair();
    const sealed = await secrets.seal(SECRET, JSON.stringify(made));
    await database.transact((tx) => secrets.keep(tx, sealed));
    return made;
  }

  return {
    privateKey: async (): Promise<string> => (await pair()).privateKey,

    async show(): Promise<ReplyFor<'sshKeyGet'>> {
      const { publicKey } = await pair();
      const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64');
      return {
        publicKey: `${TYPE} ${publicKey} ${COMMENT}`,
        fingerprint: `SHA256:${digest.replaceAll('=', '')}`,
      };
    },
  };
}

/** An ed25519 pair as `ssh-keygen` writes it: see OpenSSH's PROTOCOL.key. */
export function newSshKeyPair(): SshKeyPair {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [point, seed] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const publicKey = Buffer.concat([field(TYPE), field(point)]);
  // Twice the same number: how a reader knows that it decrypted well.
  const check = randomBytes(4);
  const secretPart = Buffer.concat([
    check,
    check,
    publicKey,
    field(Buffer.concat([seed, point])),
    field(COMMENT),
  ]);
  const blockBytes = 8;
  const paddingBytes = (blockBytes - (secretPart.length % blockBytes)) % blockBytes;
  const padding = Buffer.from(Array.from({ length: paddingBytes }, (_, index) => index + 1));
  const keyCount = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'), // cipher
    field('none'), // key derivation
    field(''),
    keyCount,
    field(publicKey),
    field(Buffer.concat([secretPart, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    publicKey: publicKey.toString('base64'),
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...lines,
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
  };
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
