/** Who may pass: finds out who asks, before anything of the request is read, and holds them to the endpoint's access. */
import type { Access } from '@loucloud/api';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../caller.ts';
import { UserError } from '../errors.ts';
import type { Origins } from './origins.ts';
import type { SessionCookie } from './session-cookie.ts';

export interface Credential {
  readonly kind: Caller['kind'];
  readonly secret: string;
}

/** Whose session or API token this is; null: nobody's, or ended. `isUse`: a person asks, so the session lives on. */
export type Authenticate = (
  credential: Credential,
  isUse: boolean,
) => Promise<Omit<Caller, 'address'> | null>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate; null for anonymous requests. */
    caller: Caller | null;
  }
}

interface Deps {
  readonly authenticate: Authenticate;
  readonly cookie: SessionCookie;
  readonly origins: Origins;
}

export class Gate {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** An `onRequest` hook. `owner` passes like `user`: the object is looked up as the caller's own by its service. */
  admit(access: Access, isUse = true): (request: FastifyRequest) => Promise<void> {
    return async (request) => {
      const credential = this.#credentialOf(request);
      this.#deps.origins.assertOwnPage(request, credential?.kind === 'session');
      if (access === 'public') return;
      request.caller = await this.identify(request, isUse);
      if (!request.caller) throw new UserError('unauthenticated');
      if (access === 'admin' && !request.caller.isAdmin) throw new UserError('forbidden');
    };
  }

  async identify(request: FastifyRequest, isUse = true): Promise<Caller | null> {
    const credential = this.#credentialOf(request);
    const identity = credential && (await this.#deps.authenticate(credential, isUse));
    return identity && { ...identity, address: request.ip };
  }

  authorizeUpgrade(request: FastifyRequest): void {
    this.#deps.origins.authorizeUpgrade(request);
  }

  /** A request that brings a token means it: a bad one never falls back to the cookie beside it. */
  #credentialOf(request: FastifyRequest): Credential | null {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      return { kind: 'token', secret: secret ?? '' };
    }
    const secret = this.#deps.cookie.read(request);
    return secret === null ? null : { kind: 'session', secret };
  }
}
