/** Whatever lies between a page and a screen fails for real, one after another: the page says which it is, and is back with it. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import type { Vm } from '@loucloud/api';
import type { Browser } from 'playwright-core';
import { virsh } from '../apps/control-plane/src/drivers/libvirt/test-virsh.ts';
import { findBarriers } from './accessibility.ts';
import { Visitor, openBrowser, stepsWith } from './browser.ts';
import { pictureOf } from './desktop-page.ts';
import { Proxy, placeFor } from './proxies.ts';
import { ADMIN_PASSWORD, World, createVm, loginTo } from './world.ts';

const FAILS_WITHIN_MS = 60_000;

describe('a desktop says which layer failed', () => {
  const opened = new AsyncDisposableStack();
  let world: World;
  let browser: Browser;
  let visitor: Visitor;
  let vm: Vm;
  const step = stepsWith(() => [visitor]);

  before(async () => {
    const place = await placeFor('nginx');
    setDefaultCACertificates([place.certificate]);
    world = opened.use(await World.open({ environment: { LOUCLOUD_PUBLIC_URL: place.url } }));
    opened.use(await Proxy.start(place, [new URL(world.url).host]));
    const { call } = await loginTo(place.url, 'admin', ADMIN_PASSWORD);
    vm = await createVm(call, 'seen');
    browser = await openBrowser();
    opened.defer(() => browser.close());
    visitor = opened.use(await Visitor.open(browser, { url: place.url, ignoreHTTPSErrors: true }));
    await visitor.logIn('admin', ADMIN_PASSWORD);
  });
  after(() => opened.disposeAsync());

  const open = () => visitor.goto(`/vms/${vm.id}/desktop`);
  const overlay = () => visitor.page.locator('.screen-overlay');
  const failsWith = async (what: string, remedy: string) => {
    await overlay().getByText(what).waitFor({ timeout: FAILS_WITHIN_MS });
    await overlay().getByText(remedy).waitFor();
    assert.deepEqual(await findBarriers(visitor.page), []);
  };
  /** By itself. */
  const isBack = async () => {
    await overlay().waitFor({ state: 'detached', timeout: FAILS_WITHIN_MS });
    await pictureOf(visitor.page);
  };

  step('the display of the VM', async () => {
    const { stdout } = await virsh('dumpxml', vm.id);
    const path = /<graphics type='vnc' socket='([^']+)'/.exec(stdout)?.[1] ?? '';
    renameSync(path, `${path}.away`);
    await open();
    await failsWith('its display (VNC) refused the connection', 'power the VM off and start it');
    renameSync(`${path}.away`, path);
    await isBack();
  });

  step('the server that the VM runs on', async () => {
    const pid = Number(readFileSync('/run/libvirt/libvirtd.pid', 'utf8'));
    process.kill(pid, 'SIGSTOP');
    try {
      await open();
      await failsWith('The server that the VM runs on cannot be reached.', 'The VM itself may be fine.');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await isBack();
  });

  step('a ticket that is too old', async () => {
    const { page } = visitor;
    let used: string | null = null;
    const tickets = new RegExp(`/vms/${vm.id}/desktop(\\?|$)`);
    await page.route(tickets, async (route) => {
      if (route.request().resourceType() !== 'fetch') return route.fallback();
      const body = used ?? (await (await route.fetch()).text());
      used = body;
      return route.fulfill({ status: 200, contentType: 'application/json', body });
    });
    await open();
    await isBack();
    await open();
    await failsWith('The ticket to this screen has expired.', 'A new one is asked for by itself.');
    await page.unroute(tickets);
    await isBack();
  });

  step('LouCloud behind the web server', async () => {
    await world.kill();
    await failsWith('LouCloud behind it does not', 'It may be restarting.');
    await world.start();
    await isBack();
  });
});
