/**
 * Every task of the console by the keyboard alone, in real Chromium over a real libvirtd: whatever the console can ask
 * of the API has been asked by keys, each result is seen by the API, and the focus is in sight all the way.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { buildStarterImage } from '../../apps/control-plane/src/drivers/image-builder/starter-image.ts';
import { Visitor, openBrowser } from '../browser.ts';
import { classTasks } from './class-tasks.ts';
import { Coverage } from './coverage.ts';
import { endTasks } from './end-tasks.ts';
import { Keys } from './keys.ts';
import { listTasks } from './list-tasks.ts';
import { outsideTasks } from './outside-tasks.ts';
import { ownTasks } from './own-tasks.ts';
import { BRIDGE, IMAGES, IMAGE_FILE, poolTasks } from './pool-tasks.ts';
import { screenTasks } from './screen-tasks.ts';
import type { Desk } from './task.ts';
import { vmTasks } from './vm-tasks.ts';
import { World } from '../world.ts';

const tasks = [
  ...poolTasks,
  ...vmTasks,
  ...screenTasks,
  ...listTasks,
  ...classTasks,
  ...outsideTasks,
  ...endTasks,
  ...ownTasks,
];

describe('by the keyboard alone', () => {
  let world: World;
  let browser: Browser;
  let visitor: Visitor;
  let desk: Desk;
  let coverage: Coverage;

  before(async () => {
    browser = await openBrowser();
    await buildStarterImage({
      outputPath: IMAGES + IMAGE_FILE,
      workDir: tmpdir(),
      onProgress: () => undefined,
    });
    execFileSync('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
    world = await World.open({ isBare: true });
    visitor = await Visitor.open(browser, { url: world.url });
    await keepAllPages(visitor);
    // Asked for once more as its page is left, or its row.
    visitor.expectRefusal(404, /\/api\/v1\/(vms|users)\/[^/]+(\/(deletion-plan|screenshot))?$/);
    visitor.expectRefusal(404, /\/api\/v1\/classes\/[^/]+(\/members)?$/);
    coverage = new Coverage(visitor.page);
    desk = { keys: new Keys(visitor), admin: await world.login(), url: world.url };
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    await browser.close();
    await world?.[Symbol.asyncDispose]();
  });

  for (const { name, run } of tasks)
    test(name, async () => {
      try {
        await run(desk);
      } catch (error) {
        console.error(`${name}:`, error);
        // The next one begins at a page without a dialog.
        await desk.keys.visit('/overview');
        throw error;
      }
    });

  test('that was everything that the console can ask for, and every page of it', async () => {
    assert.deepEqual(
      { changes: coverage.missingChanges(), pages: coverage.missingPages() },
      { changes: [], pages: [] },
    );
  });

  test('the focus is in sight all the way, and no page complains', async () => {
    assert.deepEqual([...desk.keys.unseen], []);
    await visitor.assertUnharmed();
  });
});

/** While VMs come and go Chromium drops what it asks for (Visitor.goto), and a link whose page did not come leads nowhere. */
async function keepAllPages(visitor: Visitor): Promise<void> {
  const files = readdirSync(join(import.meta.dirname, '../../apps/console/dist/assets'));
  await visitor.goto('/login');
  await visitor.page.evaluate(
    (names) =>
      Promise.all(names.map(async (name) => (await fetch(`/assets/${name}`)).arrayBuffer())).then(() => null),
    files,
  );
}
