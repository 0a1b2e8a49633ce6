/** The headers that keep our pages to themselves: no foreign script, frame, form or connection. */
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/** On every answer. Not by @fastify/helmet, which puts them together anew for each request: a tenth of what a list costs. */
export function secureHeaders(
  app: FastifyInstance,
  publicOrigins: readonly string[],
  isSecure: boolean,
): void {
  const secure = helmet(securityHeaders(publicOrigins, isSecure));
  app.addHook('onRequest', (request, reply, done) => secure(request.raw, reply.raw, () => done()));
}

function securityHeaders(publicOrigins: readonly string[], isSecure: boolean): HelmetOptions {
  // Not every browser counts ws: as 'self'.
  const sockets = publicOrigins.map((origin) => origin.replace(/^http/, 'ws'));
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        // The serial console (xterm.js) writes its own style element.
        'style-src': ["'self'", "'unsafe-inline'"],
        // The icons in Tabler's style sheet are data: URLs, and so are a desktop's mouse pointers.
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", ...sockets],
        'manifest-src': ["'self'"],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // Meaningful over https alone; elsewhere browsers only complain.
    strictTransportSecurity: isSecure && { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginOpenerPolicy: isSecure && { policy: 'same-origin' },
    originAgentCluster: isSecure,
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  };
}
