/**
 * Where a request comes from. The list is configuration; nothing in a request (Host, Forwarded) can add to it.
 *
 * A browser sends the session cookie by itself, so a request that changes something with it must prove that one of our
 * own pages sent it. Browsers send Origin with all such requests; where it is missing, Sec-Fetch-Site says the same and
 * no page can set it. A request with neither did not come from a browser's page, so it has no business with a cookie.
 */
import type { FastifyRequest } from 'fastify';
import { UserError } from '../errors.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export class Origins {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed);
  }

  /** `usesCookie`: the request's rights come from a cookie. */
  assertOwnPage(request: FastifyRequest, usesCookie: boolean): void {
    if (safeMethods.has(request.method)) return;
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin !== undefined) return this.#assert(origin);
    if (site === 'same-origin' || site === 'none') return;
    if (site !== undefined || usesCookie) throw new UserError('wrong_origin', { origin: '' });
  }

  /** A WebSocket is not held to the same-origin policy: only its Origin tells whose page opened it. */
  authorizeUpgrade(request: FastifyRequest): void {
    this.#assert(request.headers.origin ?? '');
  }

  #assert(origin: string): void {
    if (!this.#allowed.has(origin)) throw new UserError('wrong_origin', { origin: origin.slice(0, 200) });
  }
}
