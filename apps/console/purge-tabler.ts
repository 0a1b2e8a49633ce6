/** Drops the rules of Tabler's style sheet that no source file of the console can use: most of it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PurgeCSS } from 'purgecss';
import type { Plugin } from 'vite';

const SOURCES = join(import.meta.dirname, 'src');

export function purgeTabler(): Plugin {
  return {
    name: 'purge-tabler',
    apply: 'build',
    enforce: 'pre',
    async transform(code, id) {
      if (!/\/@tabler\/core\/.*\.css$/.test(id)) return null;
      const sources = readSources();
      const [purged] = await new PurgeCSS().purge({
        css: [{ raw: code }],
        content: sources.map((raw) => ({ raw, extension: 'tsx' })),
        variables: true,
        safelist: {
          standard: ['html', 'body', 'dark', 'light', 'dialog'],
          // Variables that only our own style sheet or a style attribute reads.
          variables: sources.flatMap((source) => source.match(/--tblr-[\w-]+/g) ?? []),
        },
      });
      return purged ? { code: purged.css, map: null } : null;
    },
  };
}

function readSources(): string[] {
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.(tsx?|css)$/.test(file.name))
    .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
}
