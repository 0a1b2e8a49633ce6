/** Passwords, hashed with argon2id; kept as PHC strings, so that the cost can be raised later. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP's first choice for argon2id. */
const COST: Cost = { memoryKib: 19 * 1024, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** The most that run at once: Node's thread pool has four threads, and files and DNS need some too. */
const CONCURRENCY = 2;

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive(password, salt, TAG_BYTES, COST);
  const { memoryKib, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`;
}

/** `stored: null`: there is no such user; takes as long as a wrong password does, and answers false. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(stored ?? (await nobody)) ?? [];
  if (tag === '') throw new Error('a stored password hash is not argon2id');
  const expected = Buffer.from(tag, 'base64');
  const cost = { memoryKib: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const actual = await derive(password, Buffer.from(salt, 'base64'), expected.length, cost);
  return timingSafeEqual(actual, expected) && stored !== null;
}

const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const compute = promisify(argon2);
let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, nonce: Buffer, tagLength: number, cost: Cost): Promise<Buffer> {
  if (running >= CONCURRENCY) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    const { memoryKib: memory, passes, parallelism } = cost;
    return await compute('argon2id', { message: password, nonce, parallelism, tagLength, memory, passes });
  } finally {
    const next = waiting.shift();
    if (next) next(); // takes our place
    else running--;
  }
}

/** The hash of a password that nobody knows. */
const nobody = hashPassword(randomBytes(SALT_BYTES).toString('base64'));
