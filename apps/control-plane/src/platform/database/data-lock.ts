/**
 * One control plane per data folder. The lock is the operating system's, on a file that SQLite keeps locked, so it ends
 * with the process however that ends.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../config.ts';

/** Answers how to let go. */
export function lockDataFolder(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, 'serving.lock'));
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new ConfigError(`Another LouCloud serves from ${dataDir}: stop that one first.`, { cause });
  }
  return () => lock.close();
}
