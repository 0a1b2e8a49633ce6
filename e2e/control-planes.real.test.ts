/**
 * Two control planes over one MariaDB, behind each of the web servers in deploy/: the one that carries a desktop and a live
 * page is killed, and both go on by themselves through the other.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import type { Browser } from 'playwright-core';
import type { Vm } from '@loucloud/api';
import { type MariaDb, startMariaDb } from '../tools/mariadb.ts';
import { Visitor, openBrowser } from './browser.ts';
import { pictureAfter, pictureOf } from './desktop-page.ts';
import { Proxy, type ProxyName, type ProxyPlace, placeFor } from './proxies.ts';
import { ADMIN_PASSWORD, type Login, World, createVm, loginTo, waitFor } from './world.ts';

const proxies: readonly ProxyName[] = ['nginx', 'HAProxy', 'Apache'];
/** From the death of one to the page being live again. */
const BACK_WITHIN_MS = 15_000;

describe('two control planes behind one address', () => {
  const places = new Map<ProxyName, ProxyPlace>();
  let mariaDb: MariaDb;
  let worlds: readonly World[] = [];
  let browser: Browser;
  let vm: Vm;

  before(async () => {
    mariaDb = await startMariaDb();
    for (const name of proxies) places.set(name, await placeFor(name));
    setDefaultCACertificates([...places.values()].map(({ certificate }) => certificate));
    const urls = [...places.values()].map(({ url }) => url);
    const options = {
      databaseUrl: await mariaDb.createDatabase('loucloud'),
      environment: { LOUCLOUD_PUBLIC_URL: urls.join() },
    };
    const first = await World.open(options);
    worlds = [first, await World.open({ ...options, beside: first })];
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    for (const world of worlds) await world[Symbol.asyncDispose]();
    await mariaDb?.[Symbol.asyncDispose]();
  });

  /** The control plane through which the screen is seen. */
  const carrier = async (): Promise<World | null> => {
    for (const world of worlds) {
      const metrics = await fetch(`${world.url}/metrics`).catch(() => null); // the dead one
      if (/^loucloud_desktops [1-9]/m.test((await metrics?.text()) ?? '')) return world;
    }
    return null;
  };

  test('the overview says which of them serves which server', async () => {
    const place = places.get('nginx');
    assert.ok(place);
    await using _ = await Proxy.start(
      place,
      worlds.map(({ url }) => new URL(url).host),
    );
    const { call } = await loginTo(place.url, 'admin', ADMIN_PASSWORD);
    const { hosts } = await call('overviewGet');
    const all = await waitFor('the server is somebody’s', async () => {
      const { controlPlanes } = await call('overviewGet');
      return controlPlanes.flatMap((each) => each.hosts).length === hosts.length ? controlPlanes : null;
    });
    for (const { dataDir } of worlds) assert.ok(all.some(({ name }) => name.endsWith(`:${dataDir}`)));
    await using visitor = await Visitor.open(browser, { url: place.url, ignoreHTTPSErrors: true });
    await visitor.logIn('admin', ADMIN_PASSWORD);
    await visitor.goto('/overview');
    for (const { name } of all) await visitor.page.getByText(name).waitFor();
  });

  for (const name of proxies)
    test(`behind ${name} a desktop and a live page outlive the control plane that carries them`, async () => {
      const place = places.get(name);
      assert.ok(place);
      await using _ = await Proxy.start(
        place,
        worlds.map(({ url }) => new URL(url).host),
      );
      const admin: Login = await loginTo(place.url, 'admin', ADMIN_PASSWORD);
      vm ??= await createVm(admin.call, 'seen');
      await using visitor = await Visitor.open(browser, { url: place.url, ignoreHTTPSErrors: true });
      // What was under way at the moment of its death.
      visitor.expectRefusal(502, /./);
      visitor.expectRefusal(503, /./);
      await visitor.logIn('admin', ADMIN_PASSWORD);
      await visitor.goto(`/vms/${vm.id}/desktop`);
      const picture = await pictureOf(visitor.page);

      const dying = await carrier();
      assert.ok(dying);
      await dying.kill();
      const diedAt = performance.now();
      await waitFor('another carries it', carrier, BACK_WITHIN_MS);
      console.log(`${name}: the desktop was back after ${Math.round(performance.now() - diedAt)} ms`);
      await pictureOf(visitor.page);
      // It takes keys, and shows what they do.
      await visitor.page.locator('.screen-target canvas').click();
      await visitor.page.keyboard.type('\nls\n');
      await pictureAfter(visitor.page, picture);

      // What happens is told to the page that stayed open.
      const renamed = `seen-behind-${name.toLowerCase()}`;
      await waitFor(
        'the other does the work of this server',
        async () => {
          const { operationId } = await admin.call('vmUpdate', {
            params: { vmId: vm.id },
            body: { name: renamed },
          });
          return operationId !== '';
        },
        BACK_WITHIN_MS,
      );
      await visitor.page.getByText(renamed).first().waitFor({ timeout: BACK_WITHIN_MS });
      await dying.start();
    });
});
