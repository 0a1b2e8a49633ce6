// box: --no-libvirtd
/** VMs on their way between two libvirtds, with QEMU's own migration between them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { waitUntil } from '@loucloud/libvirt/testing';
import type { HostDriver } from '../../platform/hypervisor.ts';
import type { Arrival, MoveProgress } from '../../platform/vm-moves.ts';
import { BRIDGE, type TestSide, type TwoHosts, assertDiskWhole, startTwoHosts } from './test-two-hosts.ts';

/** What the guest says while it is listened to. */
async function echo(driver: HostDriver, vmId: string, said: string): Promise<void> {
  const line = await driver.openSerialConsole(vmId);
  let heard = '';
  line.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  line.write(said);
  await waitUntil(() => heard.includes(said), {
    what: `the guest says ${said} back, not ${heard}`,
    timeoutMs: 30_000,
  });
  assert.ok(!heard.includes('READY'), 'the guest goes on, it has not booted again');
  line.destroy();
}

describe('a VM between two hosts', () => {
  let hosts: TwoHosts;
  before(async () => void (hosts = await startTwoHosts()));
  after(() => hosts[Symbol.asyncDispose]());

  const arrival = (changes: Partial<Arrival> = {}): Arrival => ({
    isDiskShared: false,
    backing: { path: hosts.basePath, format: 'raw' },
    cdromPath: null,
    network: BRIDGE,
    ...changes,
  });
  const patient = () => ({ onProgress: () => {}, signal: new AbortController().signal });

  async function startedVm(): Promise<string> {
    const { vmId } = await hosts.makeVm();
    await hosts.here.driver.start(vmId);
    const line = await hosts.here.driver.openSerialConsole(vmId);
    await new Promise((resolve) => line.once('data', resolve));
    line.destroy();
    return vmId;
  }

  for (const [name, backing] of [
    ['an overlay of the image that is there too', undefined],
    ['all of it, where the image is not', null],
  ] as const) {
    test(`it goes on running there, with its disk: ${name}`, async () => {
      const vmId = await startedVm();
      await hosts.here.driver.shareClipboard(vmId, true);
      assert.equal(await hosts.here.driver.clipboard(vmId), 'no_agent');
      const move = hosts.move(vmId);
      const steps: MoveProgress[] = [];
      const { signal } = new AbortController();
      const arrived = backing === undefined ? arrival() : arrival({ backing });
      await hosts.hypervisor.moves.live(move, arrived, { onProgress: (step) => steps.push(step), signal });
      assert.equal(await hosts.hypervisor.moves.settle(move), 'destination');
      await echo(hosts.there.driver, vmId, 'there');
      assert.equal(await hosts.there.driver.clipboard(vmId), 'none');
      assert.ok(steps.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes));
      assert.deepEqual(
        hosts.there.virsh('list', '--persistent', '--uuid').trim().split('\n').includes(vmId),
        true,
      );
      const disk = await hosts.there.driver.disk(vmId, move.to.poolName);
      assert.equal(disk?.backing?.path ?? null, arrived.backing?.path ?? null);

      await hosts.hypervisor.moves.clearSource(move, false);
      assert.equal(await hosts.here.driver.status(vmId), null);
      assert.ok(!existsSync(hosts.here.file(`${vmId}.qcow2`)));
      await hosts.there.driver.powerOff(vmId);
      assertDiskWhole(hosts.there.file(`${vmId}.qcow2`));
      await hosts.there.driver.start(vmId);
      await hosts.there.driver.powerOff(vmId);
    });
  }

  test('one that is off: its disk is copied, its definition follows, and here it stays until it is taken away', async () => {
    const { vmId } = await hosts.makeVm();
    const move = hosts.move(vmId);
    const steps: MoveProgress[] = [];
    const { signal } = new AbortController();
    await hosts.hypervisor.moves.offline(move, arrival(), { onProgress: (step) => steps.push(step), signal });
    assert.equal(await hosts.hypervisor.moves.settle(move), 'both');
    assert.equal(steps.at(-1)?.doneBytes, steps.at(-1)?.totalBytes);
    await hosts.hypervisor.moves.clearSource(move, false);
    assert.equal(await hosts.hypervisor.moves.settle(move), 'destination');
    assertDiskWhole(hosts.there.file(`${vmId}.qcow2`));
    await hosts.there.driver.start(vmId);
    await hosts.there.driver.powerOff(vmId);
  });

  test('the firmware’s variables of one that is off go along', async () => {
    const { vmId, domainName } = await hosts.makeVm({ firmware: 'uefi' });
    const nvramOn = ({ libvirtd }: TestSide) =>
      join(libvirtd.libFolder, 'qemu/nvram', `${domainName}_VARS.fd`);
    await hosts.here.driver.start(vmId);
    await hosts.here.driver.powerOff(vmId);
    const variables = readFileSync(nvramOn(hosts.here));
    variables.write('chosen by the guest', variables.length - 64);
    writeFileSync(nvramOn(hosts.here), variables);
    const move = hosts.move(vmId);
    // Undone after they have been copied, and before its domain is defined there.
    const namesake = join(tmpdir(), `${vmId}.xml`);
    writeFileSync(
      namesake,
      `<domain type="qemu"><name>${domainName}</name><memory>65536</memory><os><type>hvm</type></os></domain>`,
    );
    hosts.there.virsh('define', namesake);
    await assert.rejects(hosts.hypervisor.moves.offline(move, arrival(), patient()));
    assert.ok(existsSync(nvramOn(hosts.there)));
    await hosts.hypervisor.moves.clearDestination(move, false);
    assert.ok(!existsSync(nvramOn(hosts.there)));
    assert.ok(!existsSync(hosts.there.file(`${vmId}.qcow2`)));
    assert.ok(readFileSync(nvramOn(hosts.here)).equals(variables));
    hosts.there.virsh('undefine', domainName);
    await hosts.hypervisor.moves.offline(move, arrival(), patient());
    await hosts.hypervisor.moves.clearSource(move, false);
    assert.ok(readFileSync(nvramOn(hosts.there)).equals(variables));
    assert.ok(!existsSync(nvramOn(hosts.here)));
    await hosts.there.driver.start(vmId);
    await hosts.there.driver.powerOff(vmId);
  });

  test('pools that are two are told from one', async () => {
    const { vmId } = await hosts.makeVm();
    const move = hosts.move(vmId);
    assert.equal(await hosts.hypervisor.moves.sharesPool(move), false);
    assert.equal(await hosts.hypervisor.moves.sharesPool({ ...move, to: move.from }), true);
  });

  /** A move that takes its time: the guest's disk and memory at 1 MiB/s. */
  async function slowMove() {
    const vmId = await startedVm();
    hosts.here.virsh('migrate-setspeed', vmId, '1');
    const move = hosts.move(vmId);
    const underWay = Promise.withResolvers<void>();
    const onProgress = () => underWay.resolve();
    const isAsBefore = async () => {
      assert.equal(await hosts.hypervisor.moves.settle(move), 'source');
      await hosts.hypervisor.moves.clearDestination(move, false);
      await echo(hosts.here.driver, vmId, 'here');
      assert.equal(await hosts.there.driver.status(vmId), null);
      assert.ok(!existsSync(hosts.there.file(`${vmId}.qcow2`)));
      await hosts.here.driver.powerOff(vmId);
      assertDiskWhole(hosts.here.file(`${vmId}.qcow2`));
    };
    return { vmId, move, onProgress, underWay: underWay.promise, isAsBefore };
  }

  test('cancelled on the way it goes on here as before, and nothing is left there', async () => {
    const { vmId, move, onProgress, underWay, isAsBefore } = await slowMove();
    await hosts.here.driver.shareClipboard(vmId, true);
    const cancel = new AbortController();
    const moving = hosts.hypervisor.moves.live(move, arrival(), { onProgress, signal: cancel.signal });
    await underWay;
    cancel.abort(new Error('cancelled'));
    await assert.rejects(moving, /cancelled/);
    assert.equal(await hosts.here.driver.clipboard(vmId), 'no_agent');
    await isAsBefore();
  });

  test('the destination’s libvirtd dies on the way: it goes on here as before', async () => {
    const { move, onProgress, underWay, isAsBefore } = await slowMove();
    const moving = hosts.hypervisor.moves.live(move, arrival(), { ...patient(), onProgress });
    await underWay;
    await hosts.there.libvirtd.signal('SIGKILL');
    await assert.rejects(moving);
    await isAsBefore();
  });

  test('who drives it dies on the way: the next one finds it here as before, and can move it again', async () => {
    const { vmId, move, onProgress, underWay } = await slowMove();
    const driver = await hosts.another();
    const moving = driver.moves.live(move, arrival(), { ...patient(), onProgress });
    moving.catch(() => undefined);
    await underWay;
    await driver.close();
    hosts.here.virsh('migrate-setspeed', vmId, '1000');
    assert.equal(await hosts.hypervisor.moves.settle(move), 'source');
    await hosts.hypervisor.moves.live(move, arrival(), patient());
    assert.equal(await hosts.hypervisor.moves.settle(move), 'destination');
    await hosts.hypervisor.moves.clearSource(move, false);
    await echo(hosts.there.driver, vmId, 'there');
    await hosts.there.driver.powerOff(vmId);
    assertDiskWhole(hosts.there.file(`${vmId}.qcow2`));
  });
});
