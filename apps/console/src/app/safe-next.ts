/** Only a path of this console may be gone to after a login: `//evil`, `/\evil` and whole URLs are not. */
export function safeNext(next: string | null, origin: string): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/';
  const url = URL.parse(next, origin);
  if (!url || url.origin !== origin || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}
