/**
 * From the request to a running VM, beside the same libvirt calls made raw by our own library, taken in turns. Each VM is
 * removed before the next one, so that guests that boot do not slow those that are measured.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Link, UndefineFlag } from '@loucloud/libvirt';
import type { Template } from '@loucloud/api';
import { type Login, World, createVm, finished } from '../e2e/world.ts';
import { type Bench, figure, timeMs } from './bench.ts';

const POOL = 'loucloud';

export const create: Bench = {
  name: 'create',
  what: 'POST → running, one VM from the starter image; the same calls raw',
  target: { ratio: { atMost: 1.15 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    const [template] = (await admin.call('templateList', { query: {} })).items;
    assert.ok(template);
    const recipe = await recipeOf(admin);
    const link = new Link({ uri: 'qemu:///system' });
    link.start();
    await link.whenConnected();
    const watch = await watchOperations(admin);
    const ours: number[] = [];
    const raw: number[] = [];
    const rounds = size.of(9, 2, 1);
    for (let round = 0; round < rounds; round++) {
      raw.push(await createRaw(link, recipe));
      ours.push(await createOurs(admin, template, watch));
    }
    watch.close();
    await link.close();
    const ratios = ours.map((value, i) => value / (raw[i] ?? NaN));
    return { loucloud: figure(ours, 'ms'), raw: figure(raw, 'ms'), ratio: figure(ratios, '') };
  },
};

interface Recipe {
  /** The XML of a VM that LouCloud defined, without what is its own. */
  domainXml: (id: string, disk: string) => string;
  imagePath: string;
  diskBytes: number;
}

/** The very definition that LouCloud makes, with another identity. */
async function recipeOf(admin: Login): Promise<Recipe> {
  const vm = await createVm(admin.call, 'model');
  await finished(admin.call, (await admin.call('vmPowerOff', { params: { vmId: vm.id } })).operationId);
  const { xml } = await admin.call('vmXml', { params: { vmId: vm.id } });
  await finished(admin.call, (await admin.call('vmPurge', { params: { vmId: vm.id } })).operationId);
  const [image] = (await admin.call('imageList', { query: {} })).items;
  assert.ok(image);
  return {
    domainXml: (id, disk) =>
      xml
        .replace(/<metadata>.*<\/metadata>/s, '')
        .replaceAll(/<name>[^<]*<\/name>/g, `<name>raw-${id}</name>`)
        .replaceAll(vm.id, id)
        .replace(/<source file='[^']*'\/>/, `<source file='${disk}'/>`)
        .replace(vm.macAddress, '52:54:00:00:00:01'),
    imagePath: image.path,
    diskBytes: vm.diskBytes,
  };
}

async function createRaw(link: Link, { domainXml, imagePath, diskBytes }: Recipe): Promise<number> {
  const id = randomUUID();
  const { pool } = await link.call('storagePoolLookupByName', { name: POOL });
  const diskXml = `<volume><name>raw-${id}.qcow2</name><capacity unit='bytes'>${diskBytes}</capacity>
    <target><format type='qcow2'/><compat>1.1</compat></target>
    <backingStore><path>${imagePath}</path><format type='qcow2'/></backingStore></volume>`;
  let domain: Awaited<ReturnType<typeof define>> | undefined;
  const define = async (xml: string) => (await link.call('domainDefineXmlFlags', { xml, flags: 0 })).domain;
  const ms = await timeMs(async () => {
    const { volume } = await link.call('storageVolCreateXml', { pool, xml: diskXml, flags: 0 });
    domain = await define(domainXml(id, volume.key));
    await link.call('domainCreateWithFlags', { domain, flags: 0 });
  });
  assert.ok(domain);
  await link.call('domainDestroyFlags', { domain, flags: 0 });
  await link.call('domainUndefineFlags', { domain, flags: UndefineFlag.nvram | UndefineFlag.managedSave });
  const { volume } = await link.call('storageVolLookupByName', { pool, name: `raw-${id}.qcow2` });
  await link.call('storageVolDelete', { volume, flags: 0 });
  return ms;
}

async function createOurs(admin: Login, template: Template, watch: OperationWatch): Promise<number> {
  let vmId = '';
  const ms = await timeMs(async () => {
    const { items } = await admin.call('vmCreate', { body: { name: 'bench', templateId: template.id } });
    vmId = items[0]?.vmId ?? '';
    await watch.finished(items[0]?.operationId ?? '');
  });
  assert.equal((await admin.call('vmGet', { params: { vmId } })).state, 'running');
  await watch.finished((await admin.call('vmPurge', { params: { vmId } })).operationId);
  return ms;
}

interface OperationWatch {
  finished(operationId: string): Promise<void>;
  close(): void;
}

/** As a page hears of it: by the event stream. */
async function watchOperations(admin: Login): Promise<OperationWatch> {
  const over = new Set<string>();
  const waiting = new Map<string, () => void>();
  const abort = new AbortController();
  const answer = await fetch(`${admin.url}/api/v1/events`, {
    headers: { cookie: admin.cookie },
    signal: abort.signal,
  });
  assert.ok(answer.body);
  const read = async (body: ReadableStream<Uint8Array>) => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      for (const [, id = ''] of text.matchAll(/"type":"operation\.finished".*?"operationId":"([^"]+)"/g)) {
        over.add(id);
        waiting.get(id)?.();
      }
      text = text.slice(text.lastIndexOf('\n\n') + 1);
    }
  };
  read(answer.body).catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    async finished(operationId) {
      if (!over.has(operationId)) await new Promise<void>((resolve) => waiting.set(operationId, resolve));
    },
    close: () => abort.abort(),
  };
}
