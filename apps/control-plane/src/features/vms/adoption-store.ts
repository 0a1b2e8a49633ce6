/** SQL for VMs that LouCloud did not make. */
import { randomUUID } from 'node:crypto';
import type { AdoptionLimit, Settings, StateCause } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { DomainPortrait } from '../../platform/hypervisor.ts';
import { type AdoptionRecord, diskBytesOf } from './adoption-record.ts';
import { recipeStore } from './recipe-store.ts';
import { keepable } from './vm-differences.ts';
import { vmStore } from './vm-store.ts';
import { vmUsage } from './vm-usage.ts';

interface NewAdoption {
  readonly vmId: string;
  readonly hostId: string;
  readonly ownerId: string;
  readonly name: string;
  /** Which holds it from now on; null: none does. */
  readonly operationId: string | null;
  readonly cause: StateCause;
  readonly portrait: DomainPortrait;
}

interface SettingsReader {
  read(sql?: Db | Tx['sql']): Promise<Settings>;
}

export const adoptionStore = {
  /** The VM's row, held by the operation, and its share of its owner's quota. Once only. */
  async insertOnce(
    tx: Tx,
    wanted: Omit<NewAdoption, 'cause'> & { readonly operationId: string },
    settings: SettingsReader,
  ): Promise<void> {
    const { vmId, operationId } = wanted;
    const existing = await vmStore.findLocked(tx, vmId);
    if (existing?.operationId === operationId) return;
    if (existing) throw new UserError('domain_already_managed', { name: existing.name });
    const { ownerId, name } = wanted;
    if ((await vmStore.namesOf(tx.sql, ownerId, [name])).length > 0)
      throw new UserError('name_taken', { name });
    await adoptionStore.insert(tx, { ...wanted, cause: 'adopted' });
    await adoptionStore.reserve(tx, vmId, settings);
  },

  async reserve(tx: Tx, vmId: string, settings: SettingsReader): Promise<void> {
    const vm = await vmStore.find(tx.sql, vmId);
    if (!vm) return;
    const { defaultQuota } = await settings.read(tx.sql);
    await vmUsage.adopt(tx, vm, await recipeStore.limitOf(tx.sql, vm.ownerId, defaultQuota));
  },

  /** What the domain is attached to and rests on, as far as it is registered. */
  async links(
    sql: Db | Tx['sql'],
    hostId: string,
    { network, ...portrait }: Pick<DomainPortrait, 'network' | 'backingPath' | 'cdromPath' | 'label'>,
  ) {
    const imagePath = imagePathOf(portrait);
    const networkId = network && (await recipeStore.networkOf(sql, network));
    const imageId = imagePath === null ? null : await recipeStore.imageAt(sql, hostId, imagePath);
    return { networkId, imageId };
  },

  insert,
};

/** What it was made from: what its disk rests on, or the iso that it was installed from. */
export const imagePathOf = ({
  backingPath,
  cdromPath,
  label,
}: Pick<DomainPortrait, 'backingPath' | 'cdromPath' | 'label'>): string | null =>
  backingPath ?? (label === null ? null : cdromPath);

/** Nothing is reserved for it yet. */
async function insert(
  tx: Tx,
  { vmId, hostId, ownerId, name, operationId, cause, portrait }: NewAdoption,
): Promise<void> {
  if (portrait.backingPath !== null) await recipeStore.holdCopyAt(tx, hostId, portrait.backingPath);
  const { networkId, imageId } = await adoptionStore.links(tx.sql, hostId, portrait);
  const macAddress = portrait.macAddresses[0] ?? null;
  const isTaken = macAddress !== null && (await vmStore.macAddressesAmong(tx.sql, [macAddress])).length > 0;
  const limits = limitsOf(portrait, networkId === null, isTaken);
  const isActive = portrait.state === 'running' || portrait.state === 'paused';
  const bytes = diskBytesOf(portrait);
  const now = Date.now();
  await vmStore.insert(tx, {
    id: vmId,
    name,
    description: portrait.description,
    owner_id: ownerId,
    template_id: null,
    template_name: portrait.label?.templateName ?? '',
    image_id: imageId,
    network_id: networkId,
    host_id: hostId,
    target_host_id: null,
    domain_name: portrait.domainName,
    state: portrait.state,
    state_cause: cause,
    state_changed_at: now,
    operation_id: operationId,
    vcpus: portrait.vcpus,
    memory_mib: portrait.memoryMib,
    disk_bytes: bytes.all,
    pool_disk_bytes: bytes.inPool,
    firmware: portrait.firmware,
    mac_address: isTaken ? null : macAddress,
    ip_addresses: '[]',
    is_active: isActive ? 1 : 0,
    run_id: isActive ? randomUUID() : null,
    last_problem: null,
    differences: '[]',
    adoption: isOurMake(vmId, portrait, limits) ? null : JSON.stringify(recordOf(portrait, limits)),
    definition: keepable(portrait.definition),
    created_at: now,
  });
}

export function limitsOf(
  portrait: DomainPortrait,
  isNetworkUnknown: boolean,
  isMacTaken: boolean,
): AdoptionLimit[] {
  return [
    ...portrait.limits,
    ...(portrait.network !== null && isNetworkUnknown ? (['network_not_registered'] as const) : []),
    ...(isMacTaken ? (['mac_address_taken'] as const) : []),
  ];
}

/** Taken back whole: LouCloud made its domain and its only disk, and lacks nothing of it. */
const isOurMake = (
  vmId: string,
  { label, disks }: DomainPortrait,
  limits: readonly AdoptionLimit[],
): boolean => label !== null && limits.length === 0 && disks[0]?.path.endsWith(`/${vmId}.qcow2`) === true;

const recordOf = (
  { disks, macAddresses, cdromPath }: DomainPortrait,
  limits: AdoptionLimit[],
): AdoptionRecord => ({ limits, disks: [...disks], macAddresses, cdromPath });
