/**
 * What a fresh set-up begins with, beside the admin: this machine as the first server, its default network, the starter
 * image and a template of it, so that whoever logs in can create a VM at once. What is there already stays.
 */
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostCheck, Operation } from '@loucloud/api';
import type { Caller } from '../platform/caller.ts';
import { ConfigError } from '../platform/config.ts';
import type { HostService } from '../features/hosts/host-service.ts';
import type { ImageService } from '../features/images/image-service.ts';
import type { NetworkService } from '../features/networks/network-service.ts';
import type { TemplateService } from '../features/templates/template-service.ts';

export interface FirstHostDeps {
  readonly hosts: HostService;
  readonly images: ImageService;
  readonly networks: NetworkService;
  readonly templates: TemplateService;
  readonly setDefaultNetwork: (networkId: string, actor: Caller) => Promise<unknown>;
  /** Resolves when the operation is over, with what became of it. */
  readonly finished: (operationId: string) => Promise<Operation>;
  readonly buildStarterImage: (outputPath: string, onProgress: (text: string) => void) => Promise<void>;
  readonly admin: Caller;
  readonly say: (line: string) => void;
}

const HOST_NAME = 'this-server';
const HOST_URI = 'qemu:///system';
const NETWORK = { name: 'default', kind: 'libvirt', source: 'default' } as const;
/** Where libvirt's own images are: QEMU, which runs as a user of its own, can read there. */
const STARTER_IMAGE_PATH = '/var/lib/libvirt/images/loucloud-starter.qcow2';
const MIB = 2 ** 20;

export async function firstHost(deps: FirstHostDeps): Promise<void> {
  const hostId = await firstServer(deps);
  const networkId = await firstNetwork(deps);
  const imageId = await firstImage(deps, hostId);
  await firstTemplate(deps, imageId, networkId);
}

async function firstServer({ hosts, finished, admin, say }: FirstHostDeps): Promise<string> {
  const [existing] = (await hosts.list({ limit: 1 })).items;
  if (existing) return existing.id;
  say('Checking this machine as the first server…');
  const operation = await finished(await hosts.add({ name: HOST_NAME, uri: HOST_URI }, admin));
  // `result.checks` is what the operation reported.
  const checks = (operation.result['checks'] ?? []) as HostCheck[];
  for (const check of checks)
    say(
      `  ${check.outcome === 'ok' ? '✓' : check.outcome === 'warning' ? '!' : '✗'} ${check.name}: ${check.code}`,
    );
  if (operation.state !== 'done') {
    throw new ConfigError(
      `This machine cannot be the first server (${operation.error?.code}${operation.error?.hint ? `: ${operation.error.hint}` : ''}). Put right what is marked ✗ and run it again.`,
    );
  }
  return operation.objectId;
}

async function firstNetwork({ networks, setDefaultNetwork, admin }: FirstHostDeps): Promise<string> {
  const [existing] = (await networks.list({ limit: 1 })).items;
  if (existing) return existing.id;
  const network = await networks.create(NETWORK, admin);
  await setDefaultNetwork(network.id, admin);
  return network.id;
}

async function firstImage(
  { images, finished, buildStarterImage, admin, say }: FirstHostDeps,
  hostId: string,
): Promise<string> {
  const [existing] = (await images.list({ limit: 1 })).items;
  if (existing) return existing.id;
  if (!(await exists(STARTER_IMAGE_PATH))) {
    await mkdir(dirname(STARTER_IMAGE_PATH), { recursive: true, mode: 0o711 });
    await buildStarterImage(STARTER_IMAGE_PATH, (text) => say(`  ${text}`));
  }
  const wanted = { name: 'starter', path: STARTER_IMAGE_PATH, hostId, format: 'qcow2' } as const;
  const operation = await finished(await images.register(wanted, admin));
  if (operation.state !== 'done') {
    throw new ConfigError(
      `The starter image could not be registered: ${operation.error?.code} (${STARTER_IMAGE_PATH}).`,
    );
  }
  return operation.objectId;
}

async function firstTemplate(
  { templates, admin }: FirstHostDeps,
  imageId: string,
  networkId: string,
): Promise<void> {
  if ((await templates.list({ limit: 1 }, admin)).total > 0) return;
  const description = 'A tiny Linux to try LouCloud with: log in as “guest”, no password.';
  const size = { vcpus: 1, memoryMib: 256, diskBytes: 1024 * MIB };
  await templates.create({ name: 'starter', description, ...size, imageId, networkId }, admin);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
