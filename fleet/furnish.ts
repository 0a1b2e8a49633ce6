/** Fills a LouCloud with a fleet's hosts, and with what VMs are made from. */
import type { Client, Quota } from '@loucloud/api';
import { finished } from '../e2e/world.ts';
import { inParallel } from '../tools/test/runner.ts';
import { IMAGE_BYTES } from './fleet.ts';
import { FLEET_POOL, ownNetworkOf } from './node-xml.ts';

const AT_ONCE = 8;
const PLENTY: Quota = {
  vms: 1_000_000,
  runningVms: 1_000_000,
  vcpus: 1_000_000,
  memoryMib: 1_000_000,
  diskBytes: 2 ** 44,
};

export interface FurnishedHost {
  readonly id: string;
  /** VMs of it go there. */
  readonly templateId: string;
}

export interface ToFurnish {
  readonly hosts: readonly { readonly name: string; readonly uri: string }[];
  readonly imagePath: string;
}

/** By the hosts' names. */
export async function furnish(call: Client, fleet: ToFurnish): Promise<ReadonlyMap<string, FurnishedHost>> {
  const ids = new Map<string, string>();
  await inParallel(fleet.hosts, AT_ONCE, async ({ name, uri }) => {
    const { operationId } = await call('hostAdd', { body: { name, uri, poolName: FLEET_POOL } });
    ids.set(name, (await finished(call, operationId)).objectId);
  });
  const network = await call('networkCreate', {
    body: { name: 'default', kind: 'libvirt', source: 'default' },
  });
  await call('settingsUpdate', { body: { defaultQuota: PLENTY, defaultNetworkId: network.id } });
  const furnished = new Map<string, FurnishedHost>();
  await inParallel([...ids], AT_ONCE, async ([name, id]) => {
    const image = { name: `guest-${name}`, hostId: id, path: fleet.imagePath, format: 'qcow2' } as const;
    const { operationId } = await call('imageRegister', { body: image });
    const { objectId: imageId } = await finished(call, operationId);
    const size = { vcpus: 1, memoryMib: 64, diskBytes: IMAGE_BYTES };
    const source = ownNetworkOf(name);
    const own = await call('networkCreate', { body: { name: source, kind: 'libvirt', source } });
    const template = await call('templateCreate', {
      body: { name: `small-${name}`, imageId, networkId: own.id, ...size },
    });
    furnished.set(name, { id, templateId: template.id });
  });
  return furnished;
}
