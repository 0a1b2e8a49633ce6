import type { leftoverEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { LeftoverService } from './leftover-service.ts';

export const leftoverRoutes = (leftovers: LeftoverService): Handlers<typeof leftoverEndpoints> => ({
  leftoverList: ({ query }) => leftovers.list(query),
  leftoverSweep: () => leftovers.sweep(),
  leftoverRemove: async ({ body }, caller) => ({ operationId: await leftovers.remove(body, caller) }),
});
