/** Making an API token takes a password: a session is opened for it, and ended at once. */
import { type ApiToken, type Client, type Me, createClient } from '@loucloud/api';
import { sendAsCommand } from './cli.ts';

interface Credentials {
  readonly url: string;
  readonly name: string;
  readonly password: string;
}

/** Runs `use` in a session of its own. */
async function withSession<T>(
  { url, name, password }: Credentials,
  use: (client: Client, me: Me) => Promise<T>,
): Promise<T> {
  const client = createClient({ baseUrl: url, fetch: withCookies() });
  const me = await client('sessionCreate', { body: { name, password } });
  try {
    return await use(client, me);
  } finally {
    // Should this fail, the session ends by itself; what was made in it is good all the same.
    await client('sessionDeleteCurrent').catch(() => undefined);
  }
}

export const makeToken = (
  credentials: Credentials,
  token: { readonly name: string; readonly expiresInDays: number | null },
): Promise<{ token: ApiToken; secret: string; userName: string }> =>
  withSession(credentials, async (client, { user }) => {
    const made = await client('tokenCreate', { body: token });
    return { ...made, userName: user.name };
  });

/** Keeps the session's cookie, and says truly that no web page had a hand in this (Fetch Metadata: `none`). */
function withCookies(): typeof fetch {
  let cookies = '';
  return async (input, init = {}) => {
    const headers = { ...(init.headers as Record<string, string>), 'sec-fetch-site': 'none' };
    const response = await sendAsCommand(input, {
      ...init,
      headers: cookies === '' ? headers : { ...headers, cookie: cookies },
    });
    const set = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
    if (set.length > 0) cookies = set.join('; ');
    return response;
  };
}
