/** A control plane: its parts, wired, and how it starts and ends. Nothing runs until `start`. */
import { doChores } from './chores.ts';
import { lockDataFolder } from './platform/database/data-lock.ts';
import { choresOf } from './wiring/chores-of.ts';
import type { Foundation } from './wiring/ground.ts';
import { partsOf } from './wiring/parts.ts';
import { wireServer } from './wiring/server.ts';

export type ControlPlane = Awaited<ReturnType<typeof createControlPlane>>;

export async function createControlPlane(foundation: Foundation) {
  const { config, database, hypervisor, log } = foundation;
  const parts = partsOf(foundation);
  const { engine, hosts, settings, peers, statistics, screenshots } = parts;
  let unlock = () => {};
  const app = await wireServer(foundation, parts);
  return {
    ...parts,
    app,
    database,
    /** Where browsers find it. */
    url: config.publicOrigins[0] ?? '',

    /** Takes up what a former run left, connects to the hosts, and serves. */
    async start(): Promise<void> {
      unlock = lockDataFolder(config.dataDir);
      await peers.register();
      await database.transact(async (tx) => {
        if (await settings.takeRestored(tx)) await engine.giveUpRestored(tx);
      });
      await hosts.joinAll();
      await peers.start();
      await engine.resume();
      const stopChores = doChores(choresOf(parts), { claims: peers.claims, log });
      app.addHook('onClose', async () => stopChores());
      await app.listen({ ...config.listen });
    },

    /** Stops serving, interrupts what runs (the next run resumes it), and lets hosts and database go. */
    async close(): Promise<void> {
      await app.close();
      await parts.presence.stop();
      await engine.stop();
      statistics.stop();
      await screenshots.stop();
      await statistics.write();
      await peers.stop();
      await hypervisor.close();
      await database.close();
      unlock();
    },
  };
}
