import type { Endpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { SessionService } from './session-service.ts';
import type { TokenService } from './token-service.ts';

type Names =
  | 'sessionCreate'
  | 'sessionDeleteCurrent'
  | 'sessionList'
  | 'sessionDelete'
  | 'tokenList'
  | 'tokenCreate'
  | 'tokenDelete';

export const sessionRoutes = (
  sessions: SessionService,
  tokens: TokenService,
): Handlers<Pick<Endpoints, Names>> => ({
  async sessionCreate({ body }, _, { address, userAgent, sessionSecret, setSession }) {
    const { secret, me } = await sessions.login({ ...body, address, userAgent, oldSecret: sessionSecret });
    setSession(secret);
    return me;
  },
  async sessionDeleteCurrent(_, caller, { clearSession }) {
    await sessions.logout(caller);
    clearSession();
    return {};
  },
  sessionList: async (_, caller) => ({ items: await sessions.list(caller) }),
  async sessionDelete({ params }, caller) {
    await sessions.end(params.sessionId, caller);
    return {};
  },
  tokenList: async (_, caller) => ({ items: await tokens.list(caller) }),
  tokenCreate: ({ body }, caller) => tokens.create(body, caller),
  async tokenDelete({ params }, caller) {
    await tokens.revoke(params.tokenId, caller);
    return {};
  },
});
