/**
 * A page's code comes when it is first gone to, and some parts of pages when they are first needed. Where it does not come,
 * LouCloud is another release than the one that is open here, or the connection was lost for a moment; and some browsers
 * never ask again for a file that did not come. Then the page is loaded as a whole, once, if LouCloud can be reached.
 */
const LOADED_AT = 'loucloud.loaded-whole-at';
/** The code failed again, right after: loading once more would not end. */
const AGAIN_MS = 10_000;

/** `address`: where the page is that needs it; a page that is being gone to is not here yet. Rejects where nothing helped. */
export async function codeOf<Code>(load: () => Promise<Code>, address = here): Promise<Code> {
  try {
    return await load();
  } catch (cause) {
    if (await loadWhole(address)) return new Promise(() => undefined); // this page is being left
    throw new Error('the code of this page did not come', { cause });
  }
}

/** False: it would not help, or whoever wanted it has gone elsewhere meanwhile. */
export async function loadWhole(address = here): Promise<boolean> {
  const wanted = address();
  const isAgain = Date.now() - Number(sessionStorage.getItem(LOADED_AT)) < AGAIN_MS;
  if (isAgain || !(await isReachable()) || address() !== wanted) return false;
  sessionStorage.setItem(LOADED_AT, String(Date.now()));
  location.assign(wanted);
  return true;
}

const here = (): string => location.href;

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })).ok;
  } catch {
    return false;
  }
}
