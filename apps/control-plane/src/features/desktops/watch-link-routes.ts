import type { watchLinkEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { WatchLinkService } from './watch-link-service.ts';

export function watchLinkRoutes(links: WatchLinkService): Handlers<typeof watchLinkEndpoints> {
  return {
    watchLinkCreate: ({ params, body }, caller) => links.create(params.vmId, body.hours, caller),
    watchLinkList: ({ params }, caller) => links.list(params.vmId, caller),
    watchLinkRevoke: async ({ params }, caller) => {
      await links.revoke(params.vmId, params.linkId, caller);
      return {};
    },
    watchDesktop: ({ body }, caller) => links.watch(body.secret, caller),
  };
}
