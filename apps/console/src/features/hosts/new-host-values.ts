/** What the form of a new server holds, and what of it is sent. */
import type { HostTransport, RequestFor } from '@loucloud/api';
import type { FieldProblem } from '../../app/validate.ts';
import {
  type CredentialValues,
  credentialsOf,
  missingCredential,
  noCredentials,
} from './credential-values.ts';
import { type AddressParts, addressOf, transportIn } from './host-address.ts';

export interface NewHostValues extends AddressParts, CredentialValues {
  readonly name: string;
  /** Typed or pasted as a whole; null: it is built of the parts. */
  readonly uri: string | null;
  readonly poolName: string;
  /** NaN: as the settings say. */
  readonly vcpuOvercommit: number;
  readonly memoryOvercommit: number;
  readonly systemMemoryMib: number;
  /** The SSH key that has been confirmed, and of which address. */
  readonly pin: { readonly uri: string; readonly fingerprint: string } | null;
}

export const emptyHost: NewHostValues = {
  name: '',
  uri: null,
  transport: 'ssh',
  hostname: '',
  port: '',
  username: 'root',
  ...noCredentials,
  poolName: '',
  vcpuOvercommit: Number.NaN,
  memoryOvercommit: Number.NaN,
  systemMemoryMib: Number.NaN,
  pin: null,
};

export const uriOf = (values: NewHostValues): string => values.uri?.trim() ?? addressOf(values);

export const wayOf = (values: NewHostValues): HostTransport =>
  values.uri === null ? values.transport : transportIn(values.uri);

/** Of the address as it is now: what was confirmed of another one says nothing about this one. */
export const pinOf = (values: NewHostValues): string | null =>
  values.pin?.uri === uriOf(values) ? values.pin.fingerprint : null;

export function candidateOf(values: NewHostValues): RequestFor<'hostCheck'>['body'] {
  const credentials = credentialsOf(wayOf(values), values);
  const hostKey = pinOf(values);
  const { poolName } = values;
  return {
    uri: uriOf(values),
    ...(credentials === null ? {} : { credentials }),
    ...(hostKey === null ? {} : { hostKey }),
    ...(poolName === '' ? {} : { poolName }),
  };
}

export function newHostOf(values: NewHostValues): RequestFor<'hostAdd'>['body'] {
  const { name, vcpuOvercommit, memoryOvercommit, systemMemoryMib } = values;
  return {
    name,
    ...candidateOf(values),
    ...(Number.isNaN(vcpuOvercommit) ? {} : { vcpuOvercommit }),
    ...(Number.isNaN(memoryOvercommit) ? {} : { memoryOvercommit }),
    ...(Number.isNaN(systemMemoryMib) ? {} : { systemMemoryMib }),
  };
}

/** What the schema cannot know to be missing, since the parts of an address are the form's alone. */
export function missingParts(values: NewHostValues): Readonly<Record<string, FieldProblem>> {
  const { uri, transport, hostname, username } = values;
  if (uri !== null || transport === 'local') return {};
  const required: FieldProblem = { rule: 'required' };
  return {
    ...(hostname.trim() === '' ? { hostname: required } : {}),
    ...(transport === 'ssh' && username.trim() === '' ? { username: required } : {}),
  };
}

/** The field without which nothing can be checked, if there is one. */
export function missingForCheck(values: NewHostValues) {
  const { hostname, username } = missingParts(values);
  if (values.uri?.trim() === '') return 'uri';
  if (username) return 'username';
  if (hostname) return 'hostname';
  return missingCredential(wayOf(values), values);
}
