/** How a lab's server is added to a LouCloud: as an admin would. */
import type { RequestFor } from '@loucloud/api';
import type { LabHost } from './lab-host.ts';

export const poolEntry = (host: LabHost): RequestFor<'hostAdd'>['body'] => ({
  name: host.name,
  uri: host.socketUri,
});
