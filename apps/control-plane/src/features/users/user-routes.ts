import type { Endpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import { type MeService, sessionIdOf } from './me-service.ts';
import type { UserService } from './user-service.ts';

type Names =
  | 'meGet'
  | 'meUpdate'
  | 'meChangePassword'
  | 'userList'
  | 'userCreate'
  | 'userGet'
  | 'userUpdate'
  | 'userDeletionPlan'
  | 'userDelete';

export const userRoutes = (users: UserService, me: MeService): Handlers<Pick<Endpoints, Names>> => ({
  meGet: (_, caller) => me.get(caller.userId, sessionIdOf(caller)),
  meUpdate: ({ body }, caller) => me.update(body, caller),
  async meChangePassword({ body }, caller) {
    await me.changePassword(body, caller);
    return {};
  },
  userList: ({ query }) => users.list(query),
  userCreate: ({ body }, caller) => users.create(body, caller),
  userGet: ({ params }, caller) => users.get(params.userId, caller),
  userUpdate: ({ params, body }, caller) => users.update(params.userId, body, caller),
  userDeletionPlan: ({ params }) => users.deletionPlan(params.userId),
  userDelete: async ({ params, query }, caller) => ({
    operationId: await users.delete(params.userId, query, caller),
  }),
});
