/** The API's description for programs, and a page to read it. */
import { API_PREFIX, allEndpoints } from '@loucloud/api';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.ts';

export async function serveDocs(app: FastifyInstance, version: string): Promise<void> {
  const document = openApiDocument(allEndpoints, version);
  const text = JSON.stringify(document);
  app.get(`${API_PREFIX}/openapi.json`, (_, reply) =>
    reply.type('application/json; charset=utf-8').send(text),
  );
  await app.register(swagger, {
    mode: 'static',
    // Plain JSON; the plugin's type wants every part named.
    specification: { document: JSON.parse(text) as never },
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    // Without the bar at the top, which would load other documents.
    uiConfig: { layout: 'BaseLayout', deepLinking: true, docExpansion: 'none', validatorUrl: null },
    theme: { title: 'LouCloud API' },
    // Its own, looser policy is not used: the page runs under ours.
    staticCSP: false,
  });
}
