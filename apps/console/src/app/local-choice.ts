/** What this browser remembers for the pages before the login. A browser that forbids storage just forgets. */
const key = (name: string) => `loucloud.${name}`;

export function rememberLocally(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key(name));
    else localStorage.setItem(key(name), value);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

export function rememberedLocally<V extends string>(name: string, values: readonly V[]): V | null {
  try {
    const stored = localStorage.getItem(key(name));
    return values.find((value) => value === stored) ?? null;
  } catch {
    return null;
  }
}
