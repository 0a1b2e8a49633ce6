/** Files of every kind, put where an admin might register them, looked at through a real libvirtd. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { waitUntil } from '@loucloud/libvirt/testing';
import { UserError } from '../../platform/errors.ts';
import { type TestHost, joinThisHost } from './test-host.ts';
import { virsh } from './test-virsh.ts';

const run = promisify(execFile);
const MIB = 1_048_576;
let host: TestHost;
let folder: string;
let poolsBefore: string;

before(async () => {
  host = await joinThisHost();
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  poolsBefore = (await virsh('pool-list', '--all', '--name')).stdout;
});
after(() => host.close());

const at = (name: string) => join(folder, name);
const inspect = (name: string, expected?: 'raw' | 'qcow2' | 'iso') =>
  host.driver.inspectImage(name.startsWith('/') ? name : at(name), expected);
const qemuImg = async (...args: readonly string[]): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await run('qemu-img', args));
    } catch (error) {
      // For LUKS it measures its own processor time, which a coarse clock gives as none now and then.
      if (attempt === 20 || !String(error).includes('Unable to get accurate CPU usage')) throw error;
    }
  }
};
const create = (name: string, options: string, ...rest: readonly string[]) =>
  qemuImg('create', '-q', '-f', 'qcow2', ...(options ? ['-o', options] : []), ...rest, at(name), '10M');

async function edit(name: string, change: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const file = await open(at(name), 'r+');
  try {
    await change(file);
  } finally {
    await file.close();
  }
}

async function rejects(inspection: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(inspection, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    const told = JSON.stringify(error.details);
    assert.ok(!told.includes('/'), `no path is told to users: ${told}`);
    return true;
  });
}

test('a raw disk, a qcow2 and an ISO are taken for what they are', async () => {
  await writeFile(at('disk.raw'), Buffer.alloc(MIB));
  assert.deepEqual(await inspect('disk.raw'), { format: 'raw', sizeBytes: MIB, virtualSizeBytes: MIB });
  await create('disk.qcow2', '');
  const qcow2 = await inspect('disk.qcow2', 'qcow2');
  assert.equal(qcow2.format, 'qcow2');
  assert.equal(qcow2.virtualSizeBytes, 10 * MIB);
  assert.equal(qcow2.sizeBytes, (await readFile(at('disk.qcow2'))).length);
  await writeFile(at('cd.iso'), Buffer.alloc(MIB));
  await edit('cd.iso', (file) => file.write('\x01CD001\x01', 0x8000));
  assert.equal((await inspect('cd.iso')).format, 'iso');
});

for (const options of [
  'compat=0.10',
  'compat=1.1,lazy_refcounts=on',
  'cluster_size=512',
  'cluster_size=2M',
  'compression_type=zstd',
  'extended_l2=on,cluster_size=128k',
  'preallocation=metadata',
  'refcount_bits=1',
]) {
  test(`a qcow2 made with ${options} is taken`, async () => {
    const name = `${options.replaceAll(/\W/g, '-')}.qcow2`;
    await create(name, options);
    assert.equal((await inspect(name)).virtualSizeBytes, 10 * MIB);
  });
}

test('a name tells nothing: the content does', async () => {
  await create('liar.raw', '');
  assert.equal((await inspect('liar.raw')).format, 'qcow2');
  await rejects(inspect('liar.raw', 'raw'), 'image_format_mismatch');
  await writeFile(at('liar.qcow2'), Buffer.alloc(MIB));
  await rejects(inspect('liar.qcow2', 'qcow2'), 'image_format_mismatch');
  await rejects(inspect('liar.qcow2', 'iso'), 'image_format_mismatch');
});

test('a qcow2 that leads to another file is refused, however it says so', async () => {
  await writeFile(at('secret'), Buffer.alloc(MIB));
  const backings = [at('secret'), 'secret', '/etc/shadow', 'nbd:localhost:10809', 'http://localhost/x'];
  const json = JSON.stringify({ driver: 'raw', file: { driver: 'file', filename: '/etc/shadow' } });
  for (const [i, backing] of [...backings, `json:${json}`].entries()) {
    await create(`backed-${i}.qcow2`, '', '-u', '-F', 'raw', '-b', backing);
    await rejects(inspect(`backed-${i}.qcow2`), 'image_has_backing_file');
  }
  await create('old.qcow2', 'compat=0.10', '-u', '-F', 'raw', '-b', at('secret'));
  await rejects(inspect('old.qcow2'), 'image_has_backing_file');
  for (let depth = 1; depth <= 10; depth++) {
    const below = depth === 1 ? at('secret') : at(`deep-${depth - 1}.qcow2`);
    await create(`deep-${depth}.qcow2`, '', '-F', depth === 1 ? 'raw' : 'qcow2', '-b', below);
  }
  await rejects(inspect('deep-10.qcow2'), 'image_has_backing_file');
  await create('data.qcow2', `data_file=${at('data.bin')}`);
  await rejects(inspect('data.qcow2'), 'image_has_data_file');
  await create('data-raw.qcow2', `data_file=${at('data-raw.bin')},data_file_raw=on`);
  await rejects(inspect('data-raw.qcow2'), 'image_has_data_file');
});

test('an encrypted qcow2 is refused', async () => {
  const secret = ['--object', 'secret,id=s,data=password'];
  const encrypted = (format: 'aes' | 'luks', more = '') =>
    create(`${format}.qcow2`, `encrypt.format=${format},encrypt.key-secret=s${more}`, ...secret);
  await encrypted('aes');
  await rejects(inspect('aes.qcow2'), 'image_encrypted');
  // For LUKS qemu-img measures how quick this machine is, and gives up where its clock has not moved meanwhile.
  const cannotMeasure = (error: unknown): boolean => /accurate CPU usage/.test(String(error));
  for (let turn = 1; ; turn++) {
    try {
      await encrypted('luks', ',encrypt.iter-time=100');
      break;
    } catch (error) {
      if (!cannotMeasure(error) || turn === 20) throw error;
    }
  }
  await rejects(inspect('luks.qcow2'), 'image_encrypted');
});

test('damage is found', async () => {
  await create('corrupt.qcow2', '');
  await edit('corrupt.qcow2', (file) => file.write(Buffer.from([2]), 0, 1, 79));
  await rejects(inspect('corrupt.qcow2'), 'image_damaged');
  await create('short.qcow2', '');
  await truncate(at('short.qcow2'), 65_536);
  await rejects(inspect('short.qcow2'), 'image_damaged');
  await create('bomb.qcow2', '');
  await edit('bomb.qcow2', (file) => file.write(Buffer.from('7fffffffffffffff', 'hex'), 0, 8, 24));
  await rejects(inspect('bomb.qcow2'), 'image_damaged');
});

test('a damaged file does not keep its neighbours from being looked at', async () => {
  await mkdir(at('damaged'));
  await create('damaged/short.qcow2', '');
  // libvirt 9 takes no pool on a folder with such a file in it.
  await truncate(at('damaged/short.qcow2'), 40);
  await rejects(inspect('damaged/short.qcow2'), 'image_damaged');
  await writeFile(at('damaged/disk.raw'), Buffer.alloc(MIB, 'x'));
  assert.equal((await inspect('damaged/disk.raw')).format, 'raw');
  const expected = createHash('sha256').update(Buffer.alloc(MIB, 'x')).digest('hex');
  const hashing = host.driver.hashImage(at('damaged/disk.raw'), () => {}, new AbortController().signal);
  assert.equal(await hashing, expected);
});

for (const [format, ...options] of [
  ['vmdk'],
  ['vmdk', '-o', 'subformat=monolithicFlat'],
  ['vdi'],
  ['vpc'],
  ['vpc', '-o', 'subformat=fixed'],
  ['vhdx'],
  ['qed'],
  ['qcow'],
  ['parallels'],
  ['luks', '--object', 'secret,id=s,data=password', '-o', 'key-secret=s,iter-time=100'],
] as const) {
  test(`a disk that qemu-img made as ${format} ${options.join(' ')} is refused`, async () => {
    const name = `${format}${options.length}.img`;
    await qemuImg('create', '-q', '-f', format, ...options, at(name), '1M');
    await rejects(inspect(name), 'image_format_unsupported');
    await rejects(inspect(name, 'raw'), 'image_format_unsupported');
  });
}

test('a text that names a file of the host as its disk is refused', async () => {
  const descriptor =
    '# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 2048 FLAT "/etc/shadow" 0\n';
  await writeFile(at('flat.img'), descriptor.padEnd(MIB, '\n'));
  await rejects(inspect('flat.img', 'raw'), 'image_format_unsupported');
});

test('what is no file of its own is refused', async () => {
  await mkdir(at('folder'));
  await rejects(inspect('folder'), 'path_is_directory');
  await rejects(inspect('nothing.img'), 'path_not_found');
  await rejects(inspect('no/where.img'), 'path_not_found');
  await rejects(inspect('disk.raw/x'), 'path_not_found');
  await symlink(at('disk.raw'), at('link.raw'));
  await rejects(inspect('link.raw'), 'path_is_link');
  await symlink(folder, `${folder}-link`);
  await rejects(inspect(`${folder}-link/disk.raw`), 'path_is_link');
  await symlink(at('gone'), at('dangling.raw'));
  await rejects(inspect('dangling.raw'), 'path_is_link');
  await run('mkfifo', [at('pipe')]);
  await rejects(inspect('pipe'), 'path_not_regular');
  const server = createServer().listen(at('socket'));
  await rejects(inspect('socket'), 'path_not_regular');
  server.close();
  await rejects(inspect('/dev/null'), 'path_not_allowed');
  await rejects(inspect('/proc/self/mem'), 'path_not_allowed');
  await rejects(inspect(`${folder}/../x`), 'path_not_allowed');
  await writeFile(at('empty'), '');
  await rejects(inspect('empty'), 'image_format_unsupported');
});

test('a name of any characters is found', async () => {
  const name = `镜像 "a" & <b> 'c' %20#?.raw`;
  await mkdir(at('文件夹 & <x>'));
  await writeFile(at(`文件夹 & <x>/${name}`), Buffer.alloc(MIB));
  assert.equal((await inspect(`文件夹 & <x>/${name}`)).format, 'raw');
});

test('a file in a pool is found there, also when it has come behind libvirt’s back', async () => {
  await mkdir(at('pool'));
  await virsh('pool-create-as', 'theirs', 'dir', '--target', at('pool'));
  await writeFile(at('pool/late.raw'), Buffer.alloc(MIB));
  assert.equal((await inspect('pool/late.raw')).format, 'raw');
  assert.match((await virsh('pool-list', '--name')).stdout, /theirs/);
  await virsh('pool-destroy', 'theirs');
});

test('a pool that does not run is started for the look alone', async () => {
  await mkdir(at('idle'));
  await virsh('pool-define-as', 'idle', 'dir', '--target', at('idle'));
  await writeFile(at('idle/x.raw'), Buffer.alloc(MIB));
  assert.equal((await inspect('idle/x.raw')).format, 'raw');
  assert.match((await virsh('pool-info', 'idle')).stdout, /State:\s+inactive/);
  await virsh('pool-undefine', 'idle');
});

test('the hash is that of every byte, holes included, and tells how far it is', async () => {
  await writeFile(at('sparse.raw'), 'start');
  await truncate(at('sparse.raw'), 64 * MIB);
  await edit('sparse.raw', (file) => file.write('middle', 40 * MIB));
  const expected = createHash('sha256')
    .update(await readFile(at('sparse.raw')))
    .digest('hex');
  const progress: number[] = [];
  const found = await host.driver.hashImage(
    at('sparse.raw'),
    (fraction) => progress.push(fraction),
    new AbortController().signal,
  );
  assert.equal(found, expected);
  assert.equal(progress.at(-1), 1);
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
});

test('hashing stops when it is told to', async () => {
  await writeFile(at('big.raw'), Buffer.alloc(64 * MIB, 'x'));
  const controller = new AbortController();
  const hashing = host.driver.hashImage(at('big.raw'), () => controller.abort(), controller.signal);
  await assert.rejects(hashing, (error) => error === controller.signal.reason);
});

test('many who look at once do not get in each other’s way, and leave nothing behind', async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0
        ? host.driver.hashImage(at('disk.raw'), () => {}, new AbortController().signal)
        : inspect('disk.raw'),
    ),
  );
  await untilNothingIsLeft();
  assert.deepEqual(host.told.errors, []);
});

test('a path is seen as it is typed: what begins so, what it would be, and why it would not', async () => {
  await mkdir(at('sight/folder'), { recursive: true });
  await create('sight/disk.qcow2', '');
  await writeFile(at('sight/notes.txt'), 'not a disk');
  const look = (path: string) => host.driver.lookAtPath(path);
  const folder = await look(`${at('sight')}/`);
  assert.deepEqual(
    folder.entries.map(({ path }) => path),
    [`${at('sight/folder')}/`, at('sight/disk.qcow2'), at('sight/notes.txt')],
  );
  assert.deepEqual(
    (await look(at('sight/DI'))).entries.map(({ path }) => path),
    [at('sight/disk.qcow2')],
  );
  assert.equal((await look(at('sight/disk.qcow2'))).image?.virtualSizeBytes, 10 * MIB);
  assert.equal((await look(at('sight/folder'))).refusal, 'path_is_directory');
  for (const [path, refusal] of [
    [at('no-such-folder/disk'), 'path_not_found'],
    ['/dev/sda', 'path_not_allowed'],
    ['/proc/self/mem', 'path_not_allowed'],
    ['relative', 'path_not_allowed'],
  ] as const)
    assert.deepEqual(await look(path), { entries: [], isMore: false, image: null, refusal });
  for (const path of ['/dev/', '/proc/', '/']) assert.deepEqual((await look(path)).entries, [], path);
  await untilNothingIsLeft();
});

test('who looks again soon sees what has come and gone since, also if the pool was stopped meanwhile', async () => {
  await mkdir(at('again'));
  await writeFile(at('again/first.raw'), Buffer.alloc(MIB));
  assert.equal((await inspect('again/first.raw')).sizeBytes, MIB);
  await writeFile(at('again/second.raw'), Buffer.alloc(2 * MIB));
  await rm(at('again/first.raw'));
  const { entries } = await host.driver.lookAtPath(`${at('again')}/`);
  assert.deepEqual(
    entries.map(({ path }) => path),
    [at('again/second.raw')],
  );
  const pools = (await virsh('pool-list', '--name')).stdout.split('\n').map((name) => name.trim());
  const [ours = ''] = pools.filter((name) => name.startsWith('loucloud-look-'));
  await virsh('pool-destroy', ours);
  assert.equal((await inspect('again/second.raw')).sizeBytes, 2 * MIB);
});

test('nothing is left when LouCloud ends', async () => {
  const another = await joinThisHost();
  await another.driver.inspectImage(at('disk.raw'), 'raw');
  await another.close();
  assert.equal((await virsh('pool-list', '--all', '--name')).stdout, poolsBefore);
});

const untilNothingIsLeft = () =>
  waitUntil(async () => (await virsh('pool-list', '--all', '--name')).stdout === poolsBefore, {
    what: 'the pools are those from before',
  });
