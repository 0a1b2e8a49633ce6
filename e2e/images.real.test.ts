/** Images are registered by path on a real host; what a hostile file asks for is refused with its reason. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { ErrorCode } from '@loucloud/api';
import { type Login, World, finished, waitFor } from './world.ts';

const FOLDER = '/var/lib/libvirt/images/corpus';
const at = (name: string): string => `${FOLDER}/${name}`;
const qemuImg = (...argv: string[]): string => execFileSync('qemu-img', argv, { encoding: 'utf8' });

describe('images by path', () => {
  let world: World;
  let admin: Login;

  before(async () => {
    world = await World.open();
    admin = await world.login();
    mkdirSync(FOLDER, { recursive: true });
    chmodSync(FOLDER, 0o755);
  });
  after(() => world[Symbol.asyncDispose]());

  const register = (name: string, path: string, format?: 'raw' | 'qcow2' | 'iso') =>
    admin.call('imageRegister', { body: { name, path, ...(format && { format }) } });

  const good: readonly (readonly [
    name: string,
    make: (path: string) => void,
    format: string,
    virtualSizeBytes: number,
  ])[] = [
    ['plain.qcow2', (path) => qemuImg('create', '-f', 'qcow2', path, '8M'), 'qcow2', 8 << 20],
    [
      'old.qcow2',
      (path) => qemuImg('create', '-f', 'qcow2', '-o', 'compat=0.10', path, '8M'),
      'qcow2',
      8 << 20,
    ],
    ['plain.raw', (path) => qemuImg('create', '-f', 'raw', path, '4M'), 'raw', 4 << 20],
    ['disc.iso', makeIso, 'iso', 64 << 10],
  ];
  for (const [name, make, format, virtualSizeBytes] of good) {
    test(`${name} is registered as ${format}, with its sha256`, async () => {
      make(at(name));
      const { operationId } = await register(name, at(name));
      const { objectId } = await finished(admin.call, operationId);
      const image = await waitFor('it is hashed', async () => {
        const now = await admin.call('imageGet', { params: { imageId: objectId } });
        return now.state === 'ready' ? now : null;
      });
      assert.deepEqual([image.format, image.virtualSizeBytes], [format, virtualSizeBytes]);
      assert.equal(
        image.sha256,
        createHash('sha256')
          .update(readFileSync(at(name)))
          .digest('hex'),
      );
    });
  }

  const hostile: readonly (readonly [
    what: string,
    make: (path: string) => string,
    code: ErrorCode,
    format?: 'raw' | 'qcow2',
  ])[] = [
    ['a path where nothing is', (path) => path, 'path_not_found'],
    ['a folder', (path) => (mkdirSync(path), path), 'path_is_directory'],
    ['a link', (path) => (symlinkSync(at('plain.qcow2'), path), path), 'path_is_link'],
    [
      'a link in a folder of the path',
      (path) => (symlinkSync(FOLDER, path), `${path}/plain.qcow2`),
      'path_is_link',
    ],
    ['a device', () => '/dev/zero', 'path_not_allowed'],
    ['a file of the kernel', () => '/proc/self/environ', 'path_not_allowed'],
    ['a pipe', (path) => (execFileSync('mkfifo', [path]), path), 'path_not_regular'],
    ['a backing file', (path) => overlay(path, '/etc/shadow', 'raw'), 'image_has_backing_file'],
    ['a relative backing file', (path) => overlay(path, 'plain.raw', 'raw'), 'image_has_backing_file'],
    [
      'a backing file by json:',
      (path) =>
        overlay(path, 'json:{"driver":"raw","file":{"driver":"file","filename":"/etc/shadow"}}', 'raw'),
      'image_has_backing_file',
    ],
    [
      'a backing file by nbd:',
      (path) => overlay(path, 'nbd:127.0.0.1:10809', 'raw'),
      'image_has_backing_file',
    ],
    [
      'an external data file',
      (path) => (qemuImg('create', '-f', 'qcow2', '-o', `data_file=${path}.data`, path, '1M'), path),
      'image_has_data_file',
    ],
    ['a vmdk', (path) => (qemuImg('create', '-f', 'vmdk', path, '1M'), path), 'image_format_unsupported'],
    [
      'a vmdk of text that names a host’s file',
      (path) => (
        writeFileSync(path, '# Disk DescriptorFile\nversion=1\nRW 2048 FLAT "/etc/shadow" 0\n'),
        path
      ),
      'image_format_unsupported',
    ],
    ['a vdi', (path) => (qemuImg('create', '-f', 'vdi', path, '1M'), path), 'image_format_unsupported'],
    [
      'a qcow2 that is declared raw',
      (path) => (qemuImg('create', '-f', 'qcow2', path, '1M'), path),
      'image_format_mismatch',
      'raw',
    ],
    [
      'a raw that is declared qcow2',
      (path) => (qemuImg('create', '-f', 'raw', path, '1M'), path),
      'image_format_mismatch',
      'qcow2',
    ],
    [
      'a qcow2 cut off in its header',
      (path) => (writeFileSync(path, Buffer.from('514649fb00000003', 'hex')), path),
      'image_damaged',
    ],
  ];
  for (const [index, [what, make, code, format]] of hostile.entries()) {
    test(`${what} is refused: ${code}`, async () => {
      const path = make(at(`hostile-${index}`));
      const { operationId } = await register(`hostile ${index}`, path, format);
      const operation = await finished(admin.call, operationId, 'failed');
      assert.equal(operation.error?.code, code);
      const images = await admin.call('imageList', { query: { search: `hostile ${index}` } });
      assert.equal(images.total, 0);
    });
  }

  test('an image that became hostile after it was registered makes no VM, and no VM is left', async () => {
    const path = at('turned.qcow2');
    qemuImg('create', '-f', 'qcow2', path, '8M');
    const { objectId: imageId } = await finished(admin.call, (await register('turned', path)).operationId);
    const size = { vcpus: 1, memoryMib: 64, diskBytes: 16 << 20 };
    const template = await admin.call('templateCreate', { body: { name: 'turned', imageId, ...size } });
    qemuImg('rebase', '-u', '-f', 'qcow2', '-F', 'raw', '-b', '/etc/shadow', path);
    const { items } = await admin.call('vmCreate', { body: { name: 'trap', templateId: template.id } });
    const operation = await finished(admin.call, items[0]?.operationId ?? '', 'failed');
    assert.equal(operation.error?.code, 'image_has_backing_file');
    assert.equal((await admin.call('vmList', { query: {} })).total, 0);
    assert.equal((await admin.call('meGet')).user.usage.vms, 0);
  });

  test('removing an image removes the record, never the file; not while a template rests on it', async () => {
    const [image] = (await admin.call('imageList', { query: { search: 'plain.qcow2' } })).items;
    assert.ok(image);
    const size = { vcpus: 1, memoryMib: 64, diskBytes: 16 << 20 };
    const template = await admin.call('templateCreate', {
      body: { name: 'rests', imageId: image.id, ...size },
    });
    const refused = admin.call('imageRemove', { params: { imageId: image.id } });
    await assert.rejects(refused, {
      code: 'image_in_use',
      details: { vms: [], recycled: [], templates: ['rests'] },
    });
    await admin.call('templateRemove', { params: { templateId: template.id } });
    await admin.call('imageRemove', { params: { imageId: image.id } });
    assert.ok(readFileSync(image.path).length > 0);
  });
});

function overlay(path: string, backing: string, format: string): string {
  qemuImg('create', '-u', '-f', 'qcow2', '-b', backing, '-F', format, path, '1M');
  return path;
}

/** The volume descriptors alone: what makes a file an ISO 9660 image. */
function makeIso(path: string): void {
  const file = openSync(path, 'w');
  const descriptor = Buffer.alloc(2048);
  descriptor.write('\u0001CD001\u0001', 0, 'latin1');
  writeSync(file, descriptor, 0, 2048, 0x8000);
  descriptor.write('\u00ffCD001\u0001', 0, 'latin1');
  writeSync(file, descriptor, 0, 2048, 0x8800);
  writeSync(file, Buffer.alloc(1), 0, 1, (64 << 10) - 1);
}
