/** How LouCloud logs in to a host, and by what it knows the host again. */
import { type Static, Type } from 'typebox';
import { object, oneOf } from './schemas.ts';

/** `ownKey`: LouCloud's own SSH key, whose public half the admin has put on the server. */
export const credentialKinds = ['ownKey', 'privateKey', 'password', 'certificate'] as const;
export const CredentialKind = oneOf(credentialKinds);
export type CredentialKind = Static<typeof CredentialKind>;

const Pem = Type.String({ minLength: 1, maxLength: 16_000 });

/**
 * Taken and never given out again. By kind: nothing; `privateKey` and, if it has one, its `passphrase`; `password`;
 * `ca`, `certificate` and `key`, all PEM. The SSH login's name is in the host's address.
 */
export const HostCredentials = object({
  kind: CredentialKind,
  privateKey: Type.Optional(Pem),
  passphrase: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  ca: Type.Optional(Pem),
  certificate: Type.Optional(Pem),
  key: Type.Optional(Pem),
});
export type HostCredentials = Static<typeof HostCredentials>;

/** Of a server's SSH key, as `ssh-keygen -l` prints it. */
export const Fingerprint = Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' });

export const HostKey = object({ type: Type.String(), fingerprint: Fingerprint });
export type HostKey = Static<typeof HostKey>;
