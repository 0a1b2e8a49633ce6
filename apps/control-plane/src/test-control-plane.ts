/** For tests: the whole control plane over a test's database, with people who are logged in, and no host. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorReply, Quota } from '@loucloud/api';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { createControlPlane } from './control-plane.ts';
import { libvirtHypervisor } from './drivers/libvirt/hypervisor.ts';
import { type Config, readConfig } from './platform/config.ts';
import type { TestDatabase } from './platform/database/test-databases.ts';
import { createLog } from './platform/log.ts';

export const ORIGIN = 'http://127.0.0.1:8080';
export const PASSWORD = 'correct horse';

export type Answer = LightMyRequestResponse;
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Send = (method: Method, path: string, body?: unknown, more?: Partial<InjectOptions>) => Promise<Answer>;

/** Somebody who can send requests: with a session's cookie, an API token, or nothing. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly send: Send;
  readonly headers: Readonly<Record<string, string>>;
}

export type TestControlPlane = Awaited<ReturnType<typeof openTestControlPlane>>;

export async function openTestControlPlane(kind: TestDatabase, changes: Partial<Config> = {}) {
  const database = await kind.open();
  const lines: string[] = [];
  const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-test-'));
  const config = { ...readConfig({}), dataDir, ...changes };
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const hypervisor = libvirtHypervisor({ onError: () => undefined, probeGuest: new Uint8Array(512) });
  const controlPlane = await createControlPlane({ config, database, hypervisor, log, version: '0.0.0' });
  const { app, users, engine } = controlPlane;
  const [origin = ORIGIN] = config.publicOrigins;

  const sender =
    (headers: Readonly<Record<string, string>>): Send =>
    (method, path, body, { headers: extra, ...more } = {}) =>
      app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { ...headers, ...extra },
        ...(body !== undefined && { payload: body as object }),
        ...more,
      });

  const anonymous: Person = { id: '', name: '', headers: { origin }, send: sender({ origin }) };

  async function logIn(name: string, password = PASSWORD): Promise<Person> {
    const answer = await anonymous.send('POST', '/sessions', { name, password });
    if (answer.statusCode !== 201) throw new Error(`${name} cannot log in: ${answer.body}`);
    const [{ name: cookieName, value } = { name: '', value: '' }] = answer.cookies;
    const headers = { origin, cookie: `${cookieName}=${value}` };
    const { user } = answer.json<{ user: { id: string } }>();
    return { id: user.id, name, headers, send: sender(headers) };
  }

  async function addMember(name: string, ownQuota: Partial<Quota> = {}): Promise<Person> {
    await users.create({ name, password: PASSWORD, ownQuota }, null);
    return logIn(name);
  }

  async function withToken(person: Person): Promise<Person & { tokenId: string; secret: string }> {
    const answer = await person.send('POST', '/tokens', { name: 'a token', expiresInDays: null });
    const { token, secret } = answer.json<{ token: { id: string }; secret: string }>();
    const headers = { authorization: `Bearer ${secret}` };
    return { ...person, headers, send: sender(headers), tokenId: token.id, secret };
  }

  await users.createAdmin({ name: 'admin', displayName: 'Administrator', password: PASSWORD });
  return {
    ...controlPlane,
    config,
    anonymous,
    admin: await logIn('admin'),
    logIn,
    addMember,
    withToken,
    /** Everything that was logged. */
    logged: () => lines.join(''),

    async [Symbol.asyncDispose]() {
      await app.close();
      await engine.stop();
      await hypervisor.close();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}

export const codeOf = (answer: Answer): string => answer.json<ErrorReply>().code;
