/** A control plane whose fault points are armed while it runs, and that is started again when it has killed itself there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world.ts';

export class Armed {
  readonly #world: World;
  readonly #path: string;

  constructor(world: World) {
    this.#world = world;
    this.#path = join(world.dataDir, 'faults');
    this.arm();
  }

  arm(...points: readonly string[]): void {
    writeFileSync(this.#path, points.join(','));
  }

  start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.#world.start({ LOUCLOUD_FAULT: `@${this.#path}`, ...environment });
  }

  /** Resolves when it has killed itself and serves again. */
  async risen(): Promise<void> {
    await this.#world.ended();
    this.arm();
    await this.start();
  }
}
