import type { networkEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { NetworkService } from './network-service.ts';

export const networkRoutes = (networks: NetworkService): Handlers<typeof networkEndpoints> => ({
  networkList: ({ query }) => networks.list(query),
  networkCreate: ({ body }, caller) => networks.create(body, caller),
  networkGet: ({ params }) => networks.get(params.networkId),
  networkUpdate: ({ params, body }, caller) => networks.update(params.networkId, body, caller),
  async networkRemove({ params }, caller) {
    await networks.remove(params.networkId, caller);
    return {};
  },
});
