/** What LouCloud keeps on this machine's disk is for nobody else on it to read. */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from './config.ts';

export async function prepareDataFolder({ dataDir, databaseUrl }: Config): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const [, databasePath] = /^sqlite:(?!:memory:)(.+)$/.exec(databaseUrl) ?? [];
  if (databasePath === undefined) return;
  await mkdir(dirname(databasePath), { recursive: true, mode: 0o700 });
  // SQLite gives its other files the same mode.
  const file = await open(databasePath, 'a', 0o600);
  await file.close();
}
