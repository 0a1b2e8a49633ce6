import type { hostEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { HostDrains } from './host-drain-service.ts';
import type { HostService } from './host-service.ts';

/** What is asked about a domain on a host is the VMs' to answer. */
type OwnEndpoints = Omit<typeof hostEndpoints, 'foreignDomainGet' | 'foreignDomainAdopt'>;

export const hostRoutes = (hosts: HostService, drains: HostDrains): Handlers<OwnEndpoints> => ({
  hostList: ({ query }) => hosts.list(query),
  hostAdd: async ({ body }, caller) => ({ operationId: await hosts.add(body, caller) }),
  hostCheck: async ({ body }, caller) => ({ operationId: await hosts.check(body, caller) }),
  hostGet: ({ params }) => hosts.get(params.hostId),
  hostUpdate: ({ params, body }, caller) => hosts.update(params.hostId, body, caller),
  hostRecheck: async ({ params }, caller) => ({ operationId: await hosts.recheck(params.hostId, caller) }),
  hostDrainPlan: ({ params }) => drains.plan(params.hostId),
  hostDrain: async ({ params, body }, caller) => ({
    operationId: await drains.start(params.hostId, body, caller),
  }),
  async hostRemove({ params }, caller) {
    await hosts.remove(params.hostId, caller);
    return {};
  },
  sshKeyGet: () => hosts.sshKey(),
  hostFiles: ({ params, query }) => hosts.files(params.hostId, query.path ?? ''),
  hostForeignDomains: ({ params }) => hosts.foreignDomains(params.hostId),
});
