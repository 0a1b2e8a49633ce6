/**
 * A page's code comes when it is first gone to. Where it does not, LouCloud is another release than the one that is open
 * here, or the connection was lost for a moment; and some browsers never ask again for a file that did not come.
 * Then the page is loaded as a whole, once, if LouCloud can be reached.
 */
const LOADED_AT = 'loucloud.loaded-whole-at';
/** The code failed again, right after: loading once more would not end. */
const AGAIN_MS = 10_000;

export class PageNotLoaded extends Error {
  override readonly name = 'PageNotLoaded';
}

export async function codeOf<Code>(load: () => Promise<Code>, address: () => string): Promise<Code> {
  try {
    return await load();
  } catch (cause) {
    const before = Number(sessionStorage.getItem(LOADED_AT));
    const isReachable = async () => (await fetch('/', { cache: 'no-store' })).ok;
    if (Date.now() - before < AGAIN_MS || !(await isReachable().catch(() => false)))
      throw new PageNotLoaded('the code of this page did not come', { cause });
    sessionStorage.setItem(LOADED_AT, String(Date.now()));
    location.assign(address());
    return new Promise(() => undefined); // this page is being left
  }
}
