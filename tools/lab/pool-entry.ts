/** How a lab's server is added to a LouCloud: as an admin would who has compared its key. */
import type { HostCredentials, RequestFor } from '@loucloud/api';
import type { Access, LabHost } from './lab-host.ts';

export const poolEntry = ({ name, uri, access }: LabHost): RequestFor<'hostAdd'>['body'] => ({
  name,
  uri,
  ...(access.kind === 'local' ? {} : { credentials: credentialsOf(access) }),
  ...(access.kind === 'ssh' ? { hostKey: access.hostKeyFingerprint } : {}),
});

function credentialsOf(access: Exclude<Access, { kind: 'local' }>): HostCredentials {
  if (access.kind === 'ssh') return { kind: 'privateKey', privateKey: access.privateKey };
  const { certificate, key } = access.manager;
  return { kind: 'certificate', ca: access.authority, certificate, key };
}
