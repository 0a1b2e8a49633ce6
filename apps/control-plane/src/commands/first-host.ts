/**
 * What a fresh set-up begins with, beside the admin: this machine as the first server, its default network, the starter
 * image and a template of it, so that whoever logs in can create a VM at once. What is there already stays.
 */
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostCheck, Operation } from '@loucloud/api';
import type { ControlPlane } from '../control-plane.ts';
import { buildStarterImage } from '../drivers/image-builder/starter-image.ts';
import type { Caller } from '../platform/caller.ts';
import { ConfigError } from '../platform/config.ts';
import { operationStore } from '../platform/operations/operation-store.ts';
import { checkLines } from './check-words.ts';

interface Deps extends Pick<ControlPlane, 'hosts' | 'images' | 'networks' | 'templates'> {
  /** The first set-up is done in the admin's name. */
  readonly admin: Caller;
  /** Resolves when the operation is over, with what became of it. */
  readonly finished: (operationId: string) => Promise<Operation>;
  readonly buildImage: (outputPath: string) => Promise<void>;
}

const HOST_NAME = 'this-server';
const HOST_URI = 'qemu:///system';
const NETWORK = { name: 'default', kind: 'libvirt', source: 'default' } as const;
/** Where libvirt's own images are: QEMU, which runs as a user of its own, can read there. */
const STARTER_IMAGE_PATH = '/var/lib/libvirt/images/loucloud-starter.qcow2';
const MIB = 2 ** 20;

export async function setUpFirstHost(controlPlane: ControlPlane, workDir: string): Promise<void> {
  const { users, engine, database } = controlPlane;
  const admin = await users.findAdmin();
  if (!admin) throw new Error('the admin comes first');
  const deps: Deps = {
    ...controlPlane,
    admin: {
      userId: admin.id,
      userName: admin.name,
      isAdmin: true,
      sessionId: '',
      kind: 'session',
      address: '',
    },
    async finished(operationId) {
      await engine.settled(operationId);
      return operationStore.get(database.db, operationId);
    },
    buildImage: (outputPath) =>
      buildStarterImage({
        outputPath,
        workDir,
        onProgress: ({ step, steps, message }) => console.log(`  [${step}/${steps}] ${message}`),
      }),
  };
  const hostId = await firstServer(deps);
  const networkId = await firstNetwork(deps);
  const imageId = await firstImage(deps, hostId);
  await firstTemplate(deps, imageId, networkId);
  // The image's checksum: whoever logs in finds everything done.
  await engine.quiet();
}

async function firstServer({ hosts, finished, admin }: Deps): Promise<string> {
  const [existing] = (await hosts.list({ limit: 1 })).items;
  if (existing) return existing.id;
  console.log('Checking this machine as the first server…');
  const operation = await finished(await hosts.add({ name: HOST_NAME, uri: HOST_URI }, admin));
  // `result.checks` is what the operation reported.
  const checks = (operation.result['checks'] ?? []) as HostCheck[];
  for (const line of checks.flatMap(checkLines)) console.log(`  ${line}`);
  if (operation.state !== 'done') {
    throw new ConfigError(
      `This machine cannot be the first server (${operation.error?.code}${operation.error?.hint ? `: ${operation.error.hint}` : ''}). Put right what is marked ✗ and run it again.`,
    );
  }
  return operation.objectId;
}

async function firstNetwork({ networks, admin }: Deps): Promise<string> {
  const [existing] = (await networks.list({ limit: 1 })).items;
  return (existing ?? (await networks.create(NETWORK, admin))).id;
}

async function firstImage({ images, finished, buildImage, admin }: Deps, hostId: string): Promise<string> {
  const [existing] = (await images.list({ limit: 1 })).items;
  if (existing) return existing.id;
  if (!(await exists(STARTER_IMAGE_PATH))) {
    await mkdir(dirname(STARTER_IMAGE_PATH), { recursive: true, mode: 0o711 });
    console.log('Building the starter image…');
    await buildImage(STARTER_IMAGE_PATH);
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

async function firstTemplate({ templates, admin }: Deps, imageId: string, networkId: string): Promise<void> {
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
