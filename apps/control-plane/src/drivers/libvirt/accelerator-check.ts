/**
 * Which accelerator a host really has. That it advertises KVM proves nothing: only a guest that has run does. The
 * probe guest is a boot sector that switches its machine off; it gets a few seconds.
 */
import { randomUUID } from 'node:crypto';
import type { Accelerator, CheckCode } from '@loucloud/api';
import { CreateFlag, ErrorNumber, type Link, type PoolRef, domainRef } from '@loucloud/libvirt';
import { unless } from './errors.ts';
import { type Calls, callsWithin } from './host-link.ts';
import { attributeOf, childrenOf, find, parseXml } from './xml-tree.ts';
import { type Xml, xml } from './xml.ts';

/** How long the probe may take, in ms. Emulation works or does not, but a busy host may take its time. */
const PATIENCE = { kvm: 3000, qemu: 30_000 };
const HOUSEKEEPING_MS = 30_000;
const PREFIX = 'loucloud-probe-';

export interface AcceleratorVerdict {
  /** null: nothing runs there. */
  readonly accelerator: Accelerator | null;
  readonly code: CheckCode;
  /** What was in the way of the best; empty if nothing was. */
  readonly reason: string;
}

export async function checkAccelerator(
  link: Link,
  pool: PoolRef,
  { probeGuest, patience = PATIENCE }: { probeGuest: Uint8Array; patience?: typeof PATIENCE },
): Promise<AcceleratorVerdict> {
  const host = callsWithin(link, HOUSEKEEPING_MS);
  await removeLeftovers(host, pool);
  const isAdvertised = await advertisesKvm(host);
  const name = PREFIX + randomUUID();
  const { volume } = await host.call('storageVolCreateXml', { pool, xml: probeDiskXml(name), flags: 0 });
  try {
    await host.withStream('storageVolUpload', { volume, offset: 0, length: 0, flags: 0 }, async (stream) => {
      stream.write(probeGuest);
    });
    const { path } = await host.call('storageVolGetPath', { volume });
    const kvmTrouble = isAdvertised
      ? await troubleBooting(link, 'kvm', { path, timeoutMs: patience.kvm })
      : 'not advertised';
    if (kvmTrouble === null) return { accelerator: 'kvm', code: 'kvm_works', reason: '' };
    const tcgTrouble = await troubleBooting(link, 'qemu', { path, timeoutMs: patience.qemu });
    if (tcgTrouble !== null) return { accelerator: null, code: 'no_accelerator', reason: tcgTrouble };
    const code = isAdvertised ? 'kvm_advertised_but_hangs' : 'kvm_absent';
    return { accelerator: 'tcg', code, reason: kvmTrouble };
  } finally {
    await callsWithin(link, HOUSEKEEPING_MS).call('storageVolDelete', { volume, flags: 0 });
  }
}

async function advertisesKvm(host: Calls): Promise<boolean> {
  const { capabilities } = await host.call('connectGetCapabilities', {});
  return childrenOf(parseXml(capabilities), 'guest')
    .map((guest) => find(guest, 'arch'))
    .some(
      (arch) =>
        attributeOf(arch, 'name') === 'x86_64' &&
        childrenOf(arch, 'domain').some((domain) => attributeOf(domain, 'type') === 'kvm'),
    );
}

/** null once a guest of that type has run to its end, which it brings about itself. It is gone afterwards either way. */
async function troubleBooting(
  link: Link,
  type: 'kvm' | 'qemu',
  { path, timeoutMs }: { path: string; timeoutMs: number },
): Promise<string | null> {
  const uuid = randomUUID();
  const { promise: hasEnded, resolve } = Promise.withResolvers<string | null>();
  let refusal: string | undefined;
  const timer = setTimeout(() => resolve(refusal ?? `no end within ${timeoutMs} ms`), timeoutMs);
  let isRunning = false;
  const off = link.on('domain', (event) => {
    if (event.domain.uuid !== uuid || event.type !== 'lifecycle') return;
    if (event.event === 'resumed') isRunning = true;
    // So QEMU says that the KVM gave up.
    if (event.event === 'suspended' && isRunning)
      resolve('the guest was stopped at an instruction that does not run there');
    if (event.event === 'stopped') resolve(event.detail === 'shutdown' ? null : event.detail);
  });
  try {
    // Should we die meanwhile, it goes with our connection. It runs when libvirt has done starting it: a guest that ends
    // before that has failed for libvirt.
    const flags = CreateFlag.autoDestroy | CreateFlag.startPaused;
    const host = callsWithin(link, HOUSEKEEPING_MS);
    host.call('domainCreateXml', { xml: probeXml(type, uuid, path), flags }).then(
      // It may end before libvirt answers, which then refuses: an event says what became of it, if anything did.
      ({ domain }) =>
        host.call('domainResume', { domain }).catch((error: Error) => (refusal = error.message)),
      (error: Error) => resolve(error.message),
    );
    return await hasEnded;
  } finally {
    clearTimeout(timer);
    off();
    await unless(
      [ErrorNumber.noDomain, ErrorNumber.operationInvalid],
      callsWithin(link, HOUSEKEEPING_MS).call('domainDestroyFlags', { domain: domainRef(uuid), flags: 0 }),
    );
  }
}

async function removeLeftovers(host: Calls, pool: PoolRef): Promise<void> {
  const { volumes } = await host.call('storagePoolListAllVolumes', { pool, needResults: 1, flags: 0 });
  for (const volume of volumes) {
    if (!volume.name.startsWith(PREFIX)) continue;
    await unless([ErrorNumber.noStorageVolume], host.call('storageVolDelete', { volume, flags: 0 }));
  }
}

/** The firmware boots from nothing smaller than a cylinder, half a mebibyte. */
const probeDiskXml = (name: string): string =>
  xml`<volume>
  <name>${name}</name>
  <capacity unit="MiB">1</capacity>
  <target><format type="raw"/></target>
</volume>`.text;

const probeXml = (type: 'kvm' | 'qemu', uuid: string, path: string): string =>
  xml`<domain type="${type}">
  <name>${PREFIX + uuid}</name>
  <uuid>${uuid}</uuid>
  <title>LouCloud's accelerator check</title>
  <memory unit="MiB">32</memory>
  <vcpu>1</vcpu>
  <os><type arch="x86_64" machine="q35">hvm</type></os>
  <features><acpi/></features>
  ${probeCpu(type)}
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="raw"/>
      <source file="${path}"/>
      <target dev="vda" bus="virtio"/>
      <readonly/>
    </disk>
    <controller type="usb" model="none"/>
    <memballoon model="none"/>
  </devices>
</domain>`.text;

const probeCpu = (type: 'kvm' | 'qemu'): Xml | null =>
  type === 'kvm' ? xml`<cpu mode="host-model"/>` : null;
