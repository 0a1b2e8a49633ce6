/** Fills a LouCloud with what one finds in a small company's: people, images, templates, VMs in many states, a failure. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Client, Template } from '@loucloud/api';
import { fillClass } from './believable-class.ts';
import { readScreen } from './rfb.ts';
import { type Login, type World, finished, openConsole, waitFor } from './world.ts';

export const PASSWORD = 'a long password';
const IMAGES = '/var/lib/libvirt/images';
const POOL = '/var/lib/libvirt/loucloud';
const [MIB, GIB] = [2 ** 20, 2 ** 30];
const BOOT_MS = 180_000;

const people = [
  ['anna', 'Anna Berger'],
  ['ben', 'Ben Okafor'],
  ['chenxiao', '陈晓'],
  ['dmitri', 'Dmitri Volkov'],
  ['liwei', '李伟'],
  ['linmei', '林梅'],
  ['sofia', 'Sofia Rossi'],
] as const;

/** Name, megabytes that the file has, gigabytes of the disk in it. */
const images = [
  ['debian-12', 437, 4, 'Debian 12 (bookworm), cloud-init'],
  ['rocky-9', 612, 5, 'Rocky Linux 9, cloud-init'],
  ['ubuntu-24.04', 2871, 10, 'Ubuntu 24.04 with a desktop, for the lab'],
] as const;

export interface Believable {
  readonly memberName: string;
  readonly vmIds: Readonly<Record<'running' | 'stopped' | 'failed' | 'members', string>>;
  readonly userId: string;
  readonly imageId: string;
  readonly templateId: string;
  readonly hostId: string;
  readonly classId: string;
}

export async function fillBelievably(world: World, admin: Login): Promise<Believable> {
  const { call } = admin;
  await call('meUpdate', { body: { displayName: 'Karin Lind' } });
  const users = await createPeople(call);
  const imageIds = await registerImages(call);
  const templates = await createTemplates(call, imageIds, users);
  const [host] = (await call('hostList', { query: {} })).items;
  assert.ok(host);
  await registerLabNetwork(call, host.id);
  const idOf = (name: string): string => {
    const id = users.get(name);
    assert.ok(id);
    return id;
  };
  const linmei = await world.login('linmei', PASSWORD);
  const starter = templateOf(templates, 'starter');
  const running = await createRunning(call, starter, 'gateway');
  const members = await createRunning(linmei.call, starter, 'thesis-sim');
  for (const [owner, template, name] of [
    ['anna', 'Debian 12 · small', 'build-{1..2}'],
    ['ben', 'Rocky 9', 'erp-test'],
    ['chenxiao', 'Debian 12 · large', '数据库-{01..02}'],
    ['dmitri', 'Debian 12 · small', 'mail-relay'],
    ['liwei', 'Ubuntu desktop', '李伟的桌面'],
    ['linmei', 'Debian 12 · small', 'notebook'],
  ] as const) {
    await createOff(call, { owner: idOf(owner), template: templateOf(templates, template), name });
  }
  const [paused = ''] = await createOff(call, { owner: idOf('sofia'), template: starter, name: 'demo' });
  const [saved = ''] = await createOff(call, { owner: idOf('linmei'), template: starter, name: 'weekend' });
  const [failed = ''] = await createOff(call, {
    owner: idOf('sofia'),
    template: starter,
    name: 'legacy-app',
  });
  for (const [owner, name] of [
    ['ben', 'wiki-old'],
    ['sofia', 'course-2025'],
  ] as const) {
    const [vmId = ''] = await createOff(call, { owner: idOf(owner), template: starter, name });
    await finished(call, (await call('vmDelete', { params: { vmId } })).operationId);
  }
  await act(call, 'vmStart', paused);
  await act(call, 'vmSuspend', paused);
  await act(call, 'vmStart', saved);
  await act(call, 'vmSave', saved);
  // Somebody tidied up the pool by hand.
  rmSync(`${POOL}/${failed}.qcow2`);
  const { operationId } = await call('vmStart', { params: { vmId: failed } });
  await finished(call, operationId, 'failed');
  const classId = await fillClass(call, { templateId: starter.id, teacherId: idOf('liwei') });
  await failRegistration(call);
  await changeThings(call, idOf('ben'));
  for (const vmId of [members, running]) {
    await waitFor(
      'the guest has an address',
      async () => (await call('vmGet', { params: { vmId } })).ipAddresses.length > 0,
      BOOT_MS,
    );
  }
  await logInToGuest(linmei, members);
  const { items } = await call('vmList', { query: { search: 'erp-test' } });
  return {
    memberName: 'linmei',
    vmIds: { running, stopped: items[0]?.id ?? '', failed, members },
    userId: idOf('linmei'),
    imageId: imageIds.get('debian-12') ?? '',
    templateId: templateOf(templates, 'Debian 12 · small').id,
    hostId: host.id,
    classId,
  };
}

async function createPeople(call: Client): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [name, displayName] of people) {
    const user = await call('userCreate', { body: { name, displayName, password: PASSWORD } });
    ids.set(name, user.id);
  }
  return ids;
}

async function registerImages(call: Client): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  mkdirSync(IMAGES, { recursive: true });
  for (const [name, fileMib, diskGib, description] of images) {
    const path = `${IMAGES}/${name}.qcow2`;
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, `${diskGib}G`]);
    // As long as a real one; the rest of it is a hole.
    truncateSync(path, fileMib * MIB);
    const { operationId } = await call('imageRegister', { body: { name, path, description } });
    ids.set(name, (await finished(call, operationId)).objectId);
  }
  await waitFor(
    'every checksum is there',
    async () => (await call('imageList', { query: {} })).items.every(({ state }) => state === 'ready'),
    BOOT_MS,
  );
  return ids;
}

async function createTemplates(
  call: Client,
  imageIds: ReadonlyMap<string, string>,
  users: ReadonlyMap<string, string>,
): Promise<readonly Template[]> {
  const template = (name: string, image: string, size: readonly [number, number, number], more = {}) =>
    call('templateCreate', {
      body: {
        name,
        imageId: imageIds.get(image) ?? '',
        vcpus: size[0],
        memoryMib: size[1],
        diskBytes: size[2] * GIB,
        ...more,
      },
    });
  const small = { description: 'For a service or two. Log in with your SSH key.' };
  await template('Debian 12 · small', 'debian-12', [1, 1024, 5], small);
  await template('Debian 12 · large', 'debian-12', [4, 8192, 10], { description: 'For databases.' });
  await template('Rocky 9', 'rocky-9', [2, 2048, 5], { firmware: 'uefi' });
  await template('Ubuntu desktop', 'ubuntu-24.04', [2, 4096, 12], {
    description: '图形桌面，供实验室使用。',
    visibility: 'chosen',
    userIds: ['liwei', 'linmei', 'chenxiao'].map((name) => users.get(name) ?? ''),
  });
  return (await call('templateList', { query: {} })).items;
}

const templateOf = (templates: readonly Template[], name: string): Template => {
  const template = templates.find((candidate) => candidate.name === name);
  assert.ok(template, name);
  return template;
};

async function registerLabNetwork(call: Client, hostId: string): Promise<void> {
  const path = `${IMAGES}/lab.xml`;
  writeFileSync(path, '<network><name>lab</name><bridge name="virbr7"/></network>');
  execFileSync('virsh', ['-q', 'net-define', path]);
  execFileSync('virsh', ['-q', 'net-start', 'lab']);
  rmSync(path);
  // Its networks are what was last read of a server.
  const { operationId } = await call('hostRecheck', { params: { hostId } });
  await finished(call, operationId);
  await call('networkCreate', {
    body: { name: '实验室 Lab', kind: 'libvirt', source: 'lab', description: 'Isolated: no way out' },
  });
}

async function createRunning(call: Client, { id: templateId }: Template, name: string): Promise<string> {
  const [created] = (await call('vmCreate', { body: { name, templateId } })).items;
  assert.ok(created);
  await finished(call, created.operationId);
  return created.vmId;
}

async function createOff(
  call: Client,
  { owner, template, name }: { owner: string; template: Template; name: string },
): Promise<string[]> {
  const { items } = await call('vmCreate', {
    body: { name, templateId: template.id, ownerId: owner, start: false },
  });
  for (const { operationId } of items) await finished(call, operationId);
  return items.map(({ vmId }) => vmId);
}

async function act(call: Client, verb: 'vmStart' | 'vmSuspend' | 'vmSave', vmId: string): Promise<void> {
  const { operationId } = await call(verb, { params: { vmId } });
  await finished(call, operationId);
}

/** At its screen, which has been left like this. */
async function logInToGuest(login: Login, vmId: string): Promise<void> {
  const socket = await openConsole(login, 'desktop', vmId);
  const screen = await readScreen(socket);
  let prompt = await screen.frame();
  const isOther = async () => {
    const { pixels } = await screen.frame();
    return pixels.filter((pixel, at) => pixel !== prompt.pixels[at]).length > 1000;
  };
  // With its address the guest draws the prompt anew, and what is typed meanwhile is lost.
  await waitFor('the prompt stays', async () => {
    prompt = await screen.frame();
    await setTimeout(3000);
    return !(await isOther());
  });
  await screen.type('guest\n');
  await waitFor('the shell is there', isOther);
  socket.close();
}

/** Given a folder, by mistake. */
async function failRegistration(call: Client): Promise<void> {
  const { operationId } = await call('imageRegister', { body: { name: 'windows-2022', path: IMAGES } });
  await finished(call, operationId, 'failed');
}

async function changeThings(call: Client, disabledUserId: string): Promise<void> {
  await call('settingsUpdate', { body: { sessionLifetimeMinutes: 480 } });
  await call('settingsUpdate', { body: { shutdownTimeoutSeconds: 90 } });
  await call('userUpdate', { params: { userId: disabledUserId }, body: { isDisabled: true } });
}
