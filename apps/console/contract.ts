/**
 * What pages need of the contract: where each endpoint is, and what its body is checked by. Its other schemas, and the
 * library that makes them, stay with the server.
 */
import { allEndpoints } from '@loucloud/api';
import type { Plugin } from 'vite';

const SCHEMAS = /\/(?:packages\/api\/src|node_modules\/typebox)\//;
const MAKES_SCHEMA = /\b(?:Type\.\w+|object|oneOf|nullable|changesOf|listQuery|pageOf|endpoints)\(/g;

export const contract = (): Plugin => ({
  name: 'contract',
  apply: 'build',
  enforce: 'pre',
  load(id) {
    if (!id.endsWith('/packages/api/src/table.ts')) return null;
    return { code: `export const allEndpoints = ${JSON.stringify(tableForPages())};`, map: null };
  },
  transform(code, id) {
    if (!SCHEMAS.test(id)) return null;
    // What nobody reads is not made.
    return { code: code.replace(MAKES_SCHEMA, '/* @__PURE__ */ $&'), map: null, moduleSideEffects: false };
  },
});

export const tableForPages = () =>
  Object.fromEntries(
    Object.entries(allEndpoints).map(([name, { method, path, ...rest }]) => [
      name,
      { method, path, ...('body' in rest && { body: rest.body }) },
    ]),
  );
