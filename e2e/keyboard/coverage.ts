/** What the console can ask for and where it can be, by its own source; and what of it was reached. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_PREFIX, type Endpoint, type EndpointName, allEndpoints } from '@loucloud/api';
import type { Page } from 'playwright-core';

const source = join(import.meta.dirname, '../../apps/console/src');

/** Tasks of several servers, of which this world has one. Their dialogs are made of the same parts as the others. */
const ofSeveralServers: readonly string[] = [
  'vmMigrate',
  'vmStartElsewhere',
  'imagePrefetch',
  'imageCopyRemove',
] satisfies EndpointName[];

const toPattern = (path: string) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`);

export class Coverage {
  readonly #asked = new Set<string>();
  readonly #been = new Set<string>();

  constructor(page: Page) {
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      const asked = changes().find(
        ([, { method, path }]) => method === request.method() && toPattern(API_PREFIX + path).test(pathname),
      );
      if (asked) this.#asked.add(asked[0]);
    });
    page.on('framenavigated', (frame) => this.#been.add(new URL(frame.url()).pathname));
  }

  /** Nobody has asked for them. */
  missingChanges(): string[] {
    const text = globSync('**/*.{ts,tsx}', { cwd: source })
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n');
    return changes()
      .map(([name]) => name)
      .filter((name) => text.includes(`'${name}'`))
      .filter((name) => !this.#asked.has(name) && !ofSeveralServers.includes(name));
  }

  /** Nobody has been there. */
  missingPages(): string[] {
    const text = ['app/pages.ts', 'app/router.tsx']
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n');
    const paths = [...text.matchAll(/(?:path: |page\(\s*)'(\/[^']*)'/g)].map(([, path = '']) => path);
    return paths.filter((path) => ![...this.#been].some((been) => toPattern(path).test(been)));
  }
}

const changes = (): [string, Endpoint][] =>
  Object.entries<Endpoint>(allEndpoints).filter(([, { method }]) => method !== 'GET');
