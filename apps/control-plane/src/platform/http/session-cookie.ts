/** The session's cookie: for our own pages alone, unreadable by scripts, gone when the browser is closed. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

export class SessionCookie {
  readonly name: string;
  readonly #options: CookieSerializeOptions;

  constructor(isSecure: boolean) {
    // Browsers take a `__Host-` cookie only with Secure, so only over https (and from localhost).
    this.name = isSecure ? '__Host-loucloud' : 'loucloud';
    this.#options = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure };
  }

  read(request: FastifyRequest): string | null {
    return request.cookies[this.name] || null;
  }

  set(reply: FastifyReply, secret: string): void {
    void reply.setCookie(this.name, secret, this.#options);
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.name, this.#options);
  }
}
