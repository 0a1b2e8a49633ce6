/** What is typed to log in with, before it is sent. It is kept nowhere in the browser. */
import type { CredentialKind, HostCredentials, HostTransport } from '@loucloud/api';

export const sshLogins = ['ownKey', 'privateKey', 'password'] as const satisfies readonly CredentialKind[];
export type SshLogin = (typeof sshLogins)[number];

export interface CredentialValues {
  readonly login: SshLogin;
  readonly privateKey: string;
  readonly passphrase: string;
  readonly password: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export const noCredentials: CredentialValues = {
  login: 'ownKey',
  privateKey: '',
  passphrase: '',
  password: '',
  ca: '',
  certificate: '',
  key: '',
};

/** null for this machine, where nobody logs in. What is missing is left empty, for the form's check to mark. */
export function credentialsOf(transport: HostTransport, values: CredentialValues): HostCredentials | null {
  const { login, privateKey, passphrase, password, ca, certificate, key } = values;
  if (transport === 'local') return null;
  if (transport === 'tls') return { kind: 'certificate', ca, certificate, key };
  if (login === 'password') return { kind: login, password };
  if (login === 'privateKey')
    return { kind: login, privateKey, ...(passphrase === '' ? {} : { passphrase }) };
  return { kind: login };
}

type SecretField = Exclude<keyof CredentialValues, 'login' | 'passphrase'>;

/** The first field that is needed and empty. */
export function missingCredential(transport: HostTransport, values: CredentialValues): SecretField | null {
  const needed: readonly SecretField[] =
    transport === 'tls'
      ? ['ca', 'certificate', 'key']
      : transport === 'ssh' && values.login !== 'ownKey'
        ? [values.login]
        : [];
  return needed.find((field) => values[field].trim() === '') ?? null;
}
