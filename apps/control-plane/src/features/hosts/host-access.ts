/** What LouCloud logs in to hosts with: sealed in the database under the host's id, opened only to connect. */
import type { CredentialKind, HostCredentials, HostTransport } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { Credentials, HostAccess } from '../../platform/hypervisor.ts';
import { UnsealError } from '../../platform/secrets/secret-box.ts';
import type { SealedSecret, Secrets } from '../../platform/secrets/secrets.ts';
import type { OwnSshKey } from './own-ssh-key.ts';

/** As they are sealed: LouCloud's own key is kept once, not with every host. */
export type KeptCredentials = Credentials | { readonly kind: 'ownKey' };

interface Deps {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly sshKey: OwnSshKey;
}

/** What of a host says how it is reached. */
export interface Reached {
  readonly id: string;
  readonly transport: HostTransport;
  /** Fingerprint of the SSH key that the admin has confirmed. */
  readonly hostKey: string | null;
}

const nameOf = (hostId: string): string => `host:${hostId}`;

export type HostAccesses = ReturnType<typeof hostAccesses>;

export function hostAccesses({ database, secrets, sshKey }: Deps) {
  return {
    seal: (hostId: string, credentials: KeptCredentials): Promise<SealedSecret> =>
      secrets.seal(nameOf(hostId), JSON.stringify(credentials)),

    forget: (tx: Tx, hostId: string): Promise<void> => secrets.forget(tx, nameOf(hostId)),

    /** Throws `credentials_unreadable` where they do not open. */
    async of({ id, transport, hostKey }: Reached): Promise<HostAccess> {
      if (transport === 'local') return { credentials: null, hostKey: null };
      try {
        const text = await secrets.read(database.db, nameOf(id));
        if (text === null) throw new UnsealError(`${nameOf(id)} is not in the database`);
        const kept = JSON.parse(text) as KeptCredentials; // as `seal` wrote it
        if (kept.kind !== 'ownKey') return { credentials: kept, hostKey };
        return { credentials: { kind: 'privateKey', privateKey: await sshKey.privateKey() }, hostKey };
      } catch (error) {
        if (!(error instanceof UnsealError)) throw error;
        throw new UserError('credentials_unreadable', {}, { cause: error, hint: error.message });
      }
    },
  };
}

const kindsOver: Readonly<Record<HostTransport, readonly CredentialKind[]>> = {
  local: [],
  ssh: ['ownKey', 'privateKey', 'password'],
  tls: ['certificate'],
};

/** What the transport needs, whole; null for this machine. An SSH host for which none are given takes our own key. */
export function credentialsFor(
  transport: HostTransport,
  given: HostCredentials | undefined,
): KeptCredentials | null {
  if (transport === 'local' && !given) return null;
  if (transport === 'ssh' && !given) return { kind: 'ownKey' };
  if (!given) throw new UserError('credentials_missing', { kinds: [...kindsOver[transport]] });
  if (!kindsOver[transport].includes(given.kind)) throw invalid('kind');
  if (given.kind === 'ownKey') return { kind: given.kind };
  if (given.kind === 'password') return { kind: given.kind, password: need(given, 'password') };
  if (given.kind === 'certificate') {
    const [ca, certificate, key] = [need(given, 'ca'), need(given, 'certificate'), need(given, 'key')];
    return { kind: given.kind, ca, certificate, key };
  }
  const { passphrase } = given;
  const privateKey = need(given, 'privateKey');
  return { kind: given.kind, privateKey, ...(passphrase === undefined ? {} : { passphrase }) };
}

function need(
  given: HostCredentials,
  field: 'password' | 'privateKey' | 'ca' | 'certificate' | 'key',
): string {
  const value = given[field];
  if (value === undefined || value.trim() === '') throw invalid(field);
  return value;
}

const invalid = (field: string): UserError =>
  new UserError('invalid_request', { field: `credentials.${field}`, rule: 'required' });
