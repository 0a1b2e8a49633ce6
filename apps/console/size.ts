/**
 * What a browser loads for the first page: index.html, the entry and everything it imports, the style sheets and the
 * Latin font. Prints the gzip bytes as a number; with --list, each file. The console must have been built.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, 'dist');
/** Fonts of other scripts are fetched only by pages that show them; Latin ones are on every page. */
export const FIRST_FONT = /latin-wght-normal/;

export interface LoadedFile {
  readonly path: string;
  readonly gzipBytes: number;
}

export function firstPageFiles(dist: string = DIST): LoadedFile[] {
  if (!existsSync(join(dist, 'index.html')))
    throw new Error(`no built console in ${dist}: run “npm run build”`);
  const loaded = new Map<string, Buffer>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    const content = readFileSync(join(dist, path));
    loaded.set(path, content);
    for (const next of importsOf(path, content.toString())) load(next);
  };
  load('index.html');
  return Array.from(loaded, ([path, content]) => ({
    path,
    // A font is compressed already: a server sends it as it is.
    gzipBytes: path.endsWith('.woff2') ? content.length : gzipSync(content).length,
  }));
}

function importsOf(path: string, content: string): string[] {
  const patterns: Readonly<Record<string, RegExp>> = {
    '.html': /(?:src|href)="\/([^"]+\.(?:js|css))"/g,
    // Only static imports: `import()` is for later.
    '.js': /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]+\s*from\s*)?["'](\.[^"']+\.js)["']/g,
    '.css': /url\(["']?\/?([^"')]+\.woff2)["']?\)/g,
  };
  const pattern = patterns[posix.extname(path)];
  const found = pattern ? Array.from(content.matchAll(pattern), ([, name = '']) => name) : [];
  const resolved = found.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
  return resolved.filter((name) => !name.endsWith('.woff2') || FIRST_FONT.test(name));
}

if (import.meta.main) {
  const files = firstPageFiles();
  if (process.argv.includes('--list'))
    for (const { path, gzipBytes } of files) console.error(`${gzipBytes}\t${path}`);
  console.log(files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0));
}
