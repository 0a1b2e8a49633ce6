/** What LouCloud keeps on this machine's disk is for nobody else on it to read. */
import { mkdir, open, readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Config, ConfigError } from './config.ts';

export async function prepareDataFolder({ dataDir, databaseUrl }: Config): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const [, databasePath] = /^sqlite:(?!:memory:)(.+)$/.exec(databaseUrl) ?? [];
  if (databasePath === undefined) return;
  await mkdir(dirname(databasePath), { recursive: true, mode: 0o700 });
  // SQLite gives its other files the same mode.
  const file = await open(databasePath, 'a', 0o600);
  await file.close();
}

export interface Secret {
  readonly name: string;
  readonly content: Buffer;
}

/** The keys in the data folder: what is sealed in the database opens with them alone. */
export async function readSecrets({ dataDir }: Pick<Config, 'dataDir'>): Promise<Secret[]> {
  const names = (await readdir(dataDir)).filter((name) => name.endsWith(SECRET_SUFFIX)).sort();
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(dataDir, name)) })));
}

/** One that is there already and is another is not written over. */
export async function writeSecret(
  { dataDir }: Pick<Config, 'dataDir'>,
  { name, content }: Secret,
): Promise<void> {
  if (name !== basename(name) || !name.endsWith(SECRET_SUFFIX))
    throw new Error(`not a secret's name: ${name}`);
  const path = join(dataDir, name);
  const existing = await readFile(path).catch(() => null);
  if (existing?.equals(content)) return;
  if (existing) throw new ConfigError(`${path} is another key: move it away first.`);
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
  await file.close();
}

const SECRET_SUFFIX = '.key';
