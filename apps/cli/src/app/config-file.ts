/** Where the login is kept between commands: ~/.config/loucloud/config.json, for its owner alone (mode 0600). */
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Login {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly tokenId: string;
  readonly userName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigDamaged extends Error {
  override readonly name = 'ConfigDamaged';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`${path} is damaged`, options);
    this.path = path;
  }
}

/** XDG_CONFIG_HOME must be absolute, or it does not count (XDG Base Directory Specification). */
export function configPath(environment: Environment): string {
  const base = environment['XDG_CONFIG_HOME'];
  const home = environment['HOME'] ?? homedir();
  return join(base?.startsWith('/') ? base : join(home, '.config'), 'loucloud', 'config.json');
}

/** null: not logged in. */
export async function readLogin(path: string): Promise<Login | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parseLogin(text, path);
}

/** Whoever reads at this moment finds the old file or the new one, and nobody else can read either. */
export async function writeLogin(path: string, { url, token, tokenId, userName }: Login): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${process.pid}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ url, token, tokenId, userName }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(part, 0o600); // whatever the umask
  await rename(part, path);
}

export const forgetLogin = (path: string): Promise<void> => rm(path, { force: true });

function parseLogin(text: string, path: string): Login {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigDamaged(path, { cause });
  }
  const { url, token, tokenId, userName } = (value ?? {}) as Record<string, unknown>;
  const parts = [url, token, tokenId, userName];
  if (!parts.every((part) => typeof part === 'string')) throw new ConfigDamaged(path);
  return { url, token, tokenId, userName } as Login; // each was just seen to be a string
}
