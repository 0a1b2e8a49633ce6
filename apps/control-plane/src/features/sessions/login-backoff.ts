/**
 * Slows guessing down: after some wrong passwords each further try has to wait, longer each time, never longer than a
 * minute. Counted per address and per account, for names that nobody has just as well. Where an account has been logged
 * in to before, and on this machine itself, the account's own count does not apply: nobody can be kept out by a stranger
 * who guesses at their name.
 */
import { UserError } from '../../platform/errors.ts';

interface Rule {
  /** Tries before the first wait. */
  readonly free: number;
  readonly waitMaxMs: number;
}

const perAddress: Rule = { free: 20, waitMaxMs: 30_000 };
const perAccount: Rule = { free: 5, waitMaxMs: 60_000 };
const FIRST_WAIT_MS = 1000;
const FORGET_AFTER_MS = 15 * 60_000;
const KEYS_MAX = 20_000;

interface Count {
  readonly tries: number;
  readonly lastAt: number;
}

export interface Attempt {
  readonly name: string;
  readonly address: string;
  /** This account has been logged in to from there. */
  readonly isKnownPlace: boolean;
}

export class LoginBackoff {
  readonly #now: () => number;
  /** In order of the last try, so the first is the one to forget. */
  readonly #counts = new Map<string, Count>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Counts a try before its password is looked at, so that many at once cannot slip through; refuses it if it must wait. */
  take(attempt: Attempt): void {
    const keys = keysOf(attempt);
    const waitMs = Math.max(...keys.map(([key, rule]) => this.#waitMs(key, rule)));
    if (waitMs > 0) throw new UserError('too_many_requests', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    for (const [key] of keys) this.#set(key, (this.#live(key)?.tries ?? 0) + 1);
  }

  /** The password was right: the account starts afresh, the address gets its try back. */
  succeeded(attempt: Attempt): void {
    const [[address], [account]] = keysOf(attempt);
    this.#set(address, Math.max(0, (this.#live(address)?.tries ?? 0) - 1));
    this.#counts.delete(account);
  }

  #waitMs(key: string, { free, waitMaxMs }: Rule): number {
    const count = this.#live(key);
    if (!count || count.tries < free) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (count.tries - free), waitMaxMs);
    return count.lastAt + wait - this.#now();
  }

  #live(key: string): Count | undefined {
    const count = this.#counts.get(key);
    return count && count.lastAt + FORGET_AFTER_MS > this.#now() ? count : undefined;
  }

  #set(key: string, tries: number): void {
    this.#counts.delete(key);
    if (tries > 0) this.#counts.set(key, { tries, lastAt: this.#now() });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > KEYS_MAX && oldest !== undefined) this.#counts.delete(oldest);
  }
}

function keysOf({ name, address, isKnownPlace }: Attempt): [[string, Rule], [string, Rule]] {
  const place = placeOf(address);
  const isOwnCount = isKnownPlace || place === 'here';
  const account = isOwnCount ? `account ${name} from ${place}` : `account ${name}`;
  return [
    [`address ${place}`, perAddress],
    [account, perAccount],
  ];
}

/** An IPv6 customer has a /64 to choose from, so that counts as one. */
function placeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (plain === '::1' || plain.startsWith('127.')) return 'here';
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = (tail ?? '').split(':').filter(Boolean);
  const full = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest];
  return full.slice(0, 4).join(':');
}
