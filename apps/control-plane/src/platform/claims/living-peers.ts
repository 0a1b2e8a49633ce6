/** Which other control planes serve over this database: those that count on while we look, whatever the clocks say. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../database/database.ts';
import { claimStore } from './claim-store.ts';

/** What a control plane is called, after the data folder that it alone has. */
export const nameAt = (dataDir: string): string => `${hostname()}:${dataDir}`.slice(0, 255);

/**
 * Their names, as soon as one of them has counted. None only after `lookMs`, where others are registered: it should be
 * more than they need to count, or to be taken for gone.
 */
export async function livingPeers(
  db: Db,
  { name, everyMs, lookMs }: { readonly name: string; readonly everyMs: number; readonly lookMs: number },
): Promise<string[]> {
  const others = async () => (await claimStore.controlPlanes(db)).filter((other) => other.name !== name);
  const before = new Map((await others()).map(({ id, beat }) => [id, beat]));
  const until = performance.now() + lookMs;
  while (before.size > 0 && performance.now() < until) {
    await delay(everyMs);
    const counted = (await others()).filter(({ id, beat }) => before.get(id) !== beat);
    if (counted.length > 0) return counted.map((other) => other.name);
  }
  return [];
}
