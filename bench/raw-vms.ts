/** VMs made by libvirt calls alone, through our own library: what LouCloud is measured against. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type DomainRef, Link, UndefineFlag, domainRef } from '@loucloud/libvirt';
import type { Vm } from '@loucloud/api';
import { type Login, createVm, finished } from '../e2e/world.ts';

export const URI = 'qemu:///system';
export const POOL = 'loucloud';

/** What LouCloud made of a template, for VMs beside it. */
export interface Recipe {
  /** The very definition, with another identity. */
  readonly domainXml: (id: string, diskPath: string) => string;
  readonly imagePath: string;
  readonly diskBytes: number;
}

export interface RawVm {
  readonly id: string;
  readonly domain: DomainRef;
}

export async function recipeOf(admin: Login, template: { id: string; imageId: string }): Promise<Recipe> {
  const vm = await createVm(admin.call, 'model', template.id);
  await finished(admin.call, (await admin.call('vmPowerOff', { params: { vmId: vm.id } })).operationId);
  const { xml } = await admin.call('vmXml', { params: { vmId: vm.id } });
  await finished(admin.call, (await admin.call('vmPurge', { params: { vmId: vm.id } })).operationId);
  const image = await admin.call('imageGet', { params: { imageId: template.imageId } });
  const domainXml = (id: string, diskPath: string): string => xmlOfAnother(xml, vm, { id, diskPath });
  return { domainXml, imagePath: image.path, diskBytes: vm.diskBytes };
}

function xmlOfAnother(xml: string, model: Vm, { id, diskPath }: { id: string; diskPath: string }): string {
  return xml
    .replace(/<metadata>.*<\/metadata>/s, '')
    .replaceAll(/<name>[^<]*<\/name>/g, `<name>raw-${id}</name>`)
    .replaceAll(model.id, id)
    .replace(/<source file='[^']*'\/>/, `<source file='${diskPath}'/>`)
    .replace(model.macAddress, macAddressOf(id));
}

const macAddressOf = (id: string): string => `52:54:00:${id.slice(0, 6).replaceAll(/(..)(?=.)/g, '$1:')}`;

export class RawVms {
  readonly #link: Link;
  readonly #recipe: Recipe;

  private constructor(link: Link, recipe: Recipe) {
    this.#link = link;
    this.#recipe = recipe;
  }

  static async open(recipe: Recipe, slowConnections = 4): Promise<RawVms> {
    const link = new Link({ uri: URI, slowConnections });
    link.start();
    await link.whenConnected();
    return new RawVms(link, recipe);
  }

  /** From nothing to running. */
  async create(id: string = randomUUID()): Promise<RawVm> {
    const { pool } = await this.#link.call('storagePoolLookupByName', { name: POOL });
    const { volume } = await this.#link.call('storageVolCreateXml', {
      pool,
      xml: this.#diskXml(id),
      flags: 0,
    });
    const xml = this.#recipe.domainXml(id, volume.key);
    const { domain } = await this.#link.call('domainDefineXmlFlags', { xml, flags: 0 });
    const vm = { id, domain };
    await this.start(vm);
    return vm;
  }

  start = async ({ domain }: RawVm): Promise<void> => {
    await this.#link.call('domainCreateWithFlags', { domain, flags: 0 });
  };

  powerOff = async ({ domain }: RawVm): Promise<void> => {
    await this.#link.call('domainDestroyFlags', { domain, flags: 0 });
  };

  reset = async ({ domain }: RawVm): Promise<void> => {
    await this.#link.call('domainReset', { domain, flags: 0 });
  };

  /** From running to nothing. */
  remove = async (vm: RawVm): Promise<void> => {
    await this.powerOff(vm);
    const flags = UndefineFlag.nvram | UndefineFlag.managedSave;
    await this.#link.call('domainUndefineFlags', { domain: vm.domain, flags });
    const { pool } = await this.#link.call('storagePoolLookupByName', { name: POOL });
    const { volume } = await this.#link.call('storageVolLookupByName', { pool, name: `raw-${vm.id}.qcow2` });
    await this.#link.call('storageVolDelete', { volume, flags: 0 });
  };

  async suspend(id: string): Promise<void> {
    await this.#link.call('domainSuspend', { domain: domainRef(id) });
  }

  async resume(id: string): Promise<void> {
    await this.#link.call('domainResume', { domain: domainRef(id) });
  }

  /** Resolves with the moment at which libvirt tells of it. */
  nextLifecycleEvent(id: string): Promise<number> {
    return new Promise((resolve) => {
      const off = this.#link.on('domain', ({ type, domain }) => {
        if (type !== 'lifecycle' || domain.uuid !== id) return;
        off();
        resolve(performance.now());
      });
    });
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #diskXml(id: string): string {
    const { diskBytes, imagePath } = this.#recipe;
    return `<volume><name>raw-${id}.qcow2</name><capacity unit='bytes'>${diskBytes}</capacity>
      <target><format type='qcow2'/><compat>1.1</compat></target>
      <backingStore><path>${imagePath}</path><format type='qcow2'/></backingStore></volume>`;
  }
}

/** The starter template, which every new LouCloud has. */
export async function starterTemplate(admin: Login): Promise<{ id: string; imageId: string }> {
  const [template] = (await admin.call('templateList', { query: {} })).items;
  assert.ok(template);
  return template;
}
