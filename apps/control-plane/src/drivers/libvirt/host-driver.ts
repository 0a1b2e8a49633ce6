/** One host, as the port has it: every call with its deadline, none for a domain that is not ours. */
import { type Link, domainRef } from '@loucloud/libvirt';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { readAddresses } from './addresses.ts';
import type { ChangingDomains } from './changing-domains.ts';
import { openDesktop, openSerialConsole } from './desktop.ts';
import { deleteFiles, deleteVolume, readContents } from './contents.ts';
import { diskFacts } from './disk-facts.ts';
import { createDisk, deleteCore, deleteDisk, findDisk } from './disks.ts';
import { readPortrait } from './domain-hardware.ts';
import { readForeignDomains, readStatus } from './domain-status.ts';
import { domainXml } from './domain-xml.ts';
import { hostUnreachable, translating } from './errors.ts';
import type { FolderPools } from './folder-pools.ts';
import { readClipboard, shareClipboard } from './guest-clipboard.ts';
import { readCounters } from './host-counters.ts';
import { readFacts } from './host-facts.ts';
import { type Calls, backgroundCalls, callsWithin, insisting } from './host-link.ts';
import { deleteCopy } from './image-copy-file.ts';
import { hashImage, inspectImage } from './image-inspection.ts';
import { stampFile } from './image-source.ts';
import { InspectedImages } from './inspected-images.ts';
import { label, unlabel } from './labelling.ts';
import type { OwnedDomains } from './owned-domains.ts';
import { lookAtPath } from './path-sight.ts';
import * as power from './power.ts';
import { relabel } from './relabel.ts';
import { resize } from './resize.ts';
import { ScreenDoors } from './screen-door.ts';
import { takeScreenshot } from './screenshot.ts';
import { undefine } from './undefine.ts';
import type { ScreenTls } from './vencrypt.ts';
import { waitUntilOff } from './wait-until-off.ts';

/** In ms. What only reads is given up soon; what writes a guest's memory may take long. */
const DEADLINE = {
  /** For somebody who looks at a page. */
  show: 5000,
  read: 10_000,
  /** Somebody waits for it, of several hosts at once. */
  contents: 5000,
  change: 30_000,
  disk: 120_000,
  powerOff: 60_000,
  start: 300_000,
  memory: 1_800_000,
} as const;

export interface HostParts {
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly changing: ChangingDomains;
  readonly folders: FolderPools;
  /** The host is this machine. */
  readonly isLocal: boolean;
  /** Of a host that is reached over TLS: what its screens are opened with. */
  readonly tls?: ScreenTls | null;
  /** As far as is known now: it can be reached, and calls are answered. */
  readonly isAnswering: () => boolean;
  /** Somebody is about to be shown a domain whole. */
  readonly onPortrait: (domainId: string) => void;
}

export function hostDriver({
  link,
  owned,
  changing,
  folders,
  isLocal,
  tls = null,
  isAnswering,
  onPortrait,
}: HostParts): HostDriver {
  const screens = { link, tls, doors: new ScreenDoors() };
  const hostFor = (timeoutMs: number): Calls => callsWithin(link, timeoutMs);
  /** For a change of one of our domains. */
  const withOurs = <T>(vmId: string, timeoutMs: number, change: (host: Calls) => Promise<T>): Promise<T> =>
    changing.during(vmId, () =>
      insisting(link, timeoutMs, async (host) => {
        await owned.refuseForeign(vmId, host);
        return change(host);
      }),
    );
  /** For a request, which does not wait for a host that is known not to answer. */
  const shown = async <T>(
    vmId: string | null,
    show: (host: Calls) => Promise<T>,
    timeoutMs: number = DEADLINE.show,
  ): Promise<T> => {
    if (!isAnswering()) throw hostUnreachable(link.lastError);
    const host = hostFor(timeoutMs);
    if (vmId !== null) await owned.refuseForeign(vmId, host);
    return show(host);
  };
  const inspected = new InspectedImages();
  const reader = (host: Calls) => ({ host, folders, isLocal, inspected });

  return translating<HostDriver>({
    createDisk: (spec) => insisting(link, DEADLINE.disk, (host) => createDisk(host, spec)),
    deleteDisk: (vmId, poolName) =>
      insisting(link, DEADLINE.disk, (host) => deleteDisk(host, vmId, poolName)),
    disk: (vmId, poolName) => diskFacts(hostFor(DEADLINE.change), vmId, poolName),
    define: (spec) =>
      withOurs(spec.vmId, DEADLINE.change, async (host) => {
        await host.call('domainDefineXmlFlags', { xml: domainXml(spec), flags: 0 });
        owned.add(spec.vmId);
      }),
    relabel: (vmId, label) => withOurs(vmId, DEADLINE.change, (host) => relabel(host, vmId, label)),
    resize: (vmId, size) => withOurs(vmId, DEADLINE.change, (host) => resize(host, vmId, size)),
    undefine: (vmId, options) => withOurs(vmId, DEADLINE.change, (host) => undefine(host, vmId, options)),

    portrait: (domainId, poolName) => {
      onPortrait(domainId);
      return readPortrait(hostFor(DEADLINE.change), domainId, poolName);
    },
    label: async (domainId, owner) => {
      await label(hostFor(DEADLINE.change), domainId, owner);
      owned.add(domainId);
    },
    unlabel: async (domainId) => {
      await unlabel(hostFor(DEADLINE.change), domainId);
      owned.forget(domainId);
    },
    defineFrom: (vmId, definition) =>
      withOurs(vmId, DEADLINE.change, async (host) => {
        await host.call('domainDefineXmlFlags', { xml: definition, flags: 0 });
      }),
    findDisk: (vmId, poolName) => findDisk(hostFor(DEADLINE.disk), vmId, poolName),
    deleteCore: (vmId, poolName) => deleteCore(hostFor(DEADLINE.disk), vmId, poolName),
    deleteFiles: (paths) => deleteFiles(hostFor(DEADLINE.disk), paths),
    contents: (poolName, { waits } = { waits: false }) => {
      const read = (host: Calls) => readContents(host, poolName);
      return waits ? insisting(link, DEADLINE.change, read) : shown(null, read, DEADLINE.contents);
    },
    deleteVolume: (name, poolName) => deleteVolume(hostFor(DEADLINE.disk), name, poolName),

    start: (vmId) => withOurs(vmId, DEADLINE.start, (host) => power.start(host, vmId)),
    requestShutdown: (vmId) => withOurs(vmId, DEADLINE.read, () => power.requestShutdown(hostFor, vmId)),
    requestReboot: (vmId) => withOurs(vmId, DEADLINE.read, () => power.requestReboot(hostFor, vmId)),
    powerOff: (vmId) => withOurs(vmId, DEADLINE.powerOff, (host) => power.powerOff(host, vmId)),
    reset: (vmId) => withOurs(vmId, DEADLINE.change, (host) => power.reset(host, vmId)),
    suspend: (vmId) => withOurs(vmId, DEADLINE.change, (host) => power.suspend(host, vmId)),
    resume: (vmId) => withOurs(vmId, DEADLINE.change, (host) => power.resume(host, vmId)),
    save: (vmId) => withOurs(vmId, DEADLINE.memory, (host) => power.save(host, vmId)),
    dumpCore: (vmId, poolName) =>
      withOurs(vmId, DEADLINE.memory, (host) => power.dumpCore(host, vmId, poolName)),

    status: (vmId) => readStatus(hostFor(DEADLINE.read), owned, vmId),
    waitUntilOff: (vmId, options) => waitUntilOff(link, vmId, options),
    xml: (vmId) =>
      shown(vmId, async (host) => {
        // Without XmlFlag.secure: no passwords.
        return (await host.call('domainGetXmlDesc', { domain: domainRef(vmId), flags: 0 })).xml;
      }),
    addresses: (vmId) =>
      withOurs(vmId, DEADLINE.read, async (host) => (await readAddresses(host, vmId)).addresses),
    foreignDomains: () => shown(null, (host) => readForeignDomains(host, owned)),
    foreignDomain: (domainId, poolName) => shown(null, (host) => readPortrait(host, domainId, poolName)),

    inspectImage: (path, expected) =>
      insisting(link, DEADLINE.change, (host) => inspectImage(reader(host), path, expected)),
    lookAtPath: (path) => shown(null, (host) => lookAtPath(reader(host), path), DEADLINE.contents),
    hashImage: (path, onProgress, signal) =>
      hashImage(reader(callsWithin(link, DEADLINE.change, signal)), path, { onProgress, signal }),

    stampFile: (path) => insisting(link, DEADLINE.change, (host) => stampFile(reader(host), path)),
    deleteCopy: (poolName, volumeName) => deleteCopy(hostFor, poolName, volumeName),

    screenshot: (vmId) => shown(vmId, (host) => takeScreenshot(host, vmId)),
    shareClipboard: (vmId, isShared) =>
      withOurs(vmId, DEADLINE.read, (host) => shareClipboard(host, vmId, isShared)),
    clipboard: (vmId) => shown(vmId, (host) => readClipboard(host, vmId)),
    openDesktop: (vmId) => shown(vmId, (host) => openDesktop(host, vmId, screens)),
    openSerialConsole: (vmId) => shown(vmId, (host) => openSerialConsole(host, vmId)),

    readFacts: (poolName) => readFacts(hostFor(DEADLINE.change), poolName),
    readCounters: () => readCounters(backgroundCalls(link, DEADLINE.read)),
  });
}

/** For a host that has not joined: whatever is asked, it cannot be reached. */
export function unreachableDriver(): HostDriver {
  const refuse = async (): Promise<never> => {
    throw hostUnreachable();
  };
  return {
    createDisk: refuse,
    deleteDisk: refuse,
    disk: refuse,
    define: refuse,
    relabel: refuse,
    resize: refuse,
    undefine: refuse,
    portrait: refuse,
    label: refuse,
    unlabel: refuse,
    defineFrom: refuse,
    findDisk: refuse,
    deleteCore: refuse,
    deleteFiles: refuse,
    contents: refuse,
    deleteVolume: refuse,
    start: refuse,
    requestShutdown: refuse,
    requestReboot: refuse,
    powerOff: refuse,
    reset: refuse,
    suspend: refuse,
    resume: refuse,
    save: refuse,
    dumpCore: refuse,
    status: refuse,
    waitUntilOff: refuse,
    xml: refuse,
    addresses: refuse,
    foreignDomains: refuse,
    foreignDomain: refuse,
    inspectImage: refuse,
    lookAtPath: refuse,
    hashImage: refuse,
    stampFile: refuse,
    deleteCopy: refuse,
    screenshot: refuse,
    shareClipboard: refuse,
    clipboard: refuse,
    openDesktop: refuse,
    openSerialConsole: refuse,
    readFacts: refuse,
    readCounters: refuse,
  };
}
