/** The built console: its files, and its index page for every address that a page of it may have. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { UserError } from '../errors.ts';
import { sendError } from './error-replies.ts';

const INDEX = 'index.html';
const NOT_BUILT = 'The web console has not been built. Run “npm run build”, then restart LouCloud.\n';

export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, INDEX));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      // One route per file that there is: no path is ever looked up on the disk, and nothing is redirected.
      wildcard: false,
      index: false,
      redirect: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', cachingOf(path)),
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (!isPage || /^\/(api|assets)(\/|$)/.test(request.url))
      return sendError(new UserError('not_found', { kind: 'endpoint', id: request.method }), request, reply);
    if (!isBuilt) return reply.status(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    return reply.sendFile(INDEX);
  });
}

/** Vite names the files under assets/ by their content. */
function cachingOf(path: string): string {
  if (path.includes('/assets/')) return 'public, max-age=31536000, immutable';
  return path.includes(INDEX) ? 'no-cache' : 'public, max-age=3600';
}
