/**
 * An image on its way to another server: through LouCloud, its sha256 checked, beside `virsh vol-download | virsh vol-upload`,
 * which checks nothing. Both servers are on this machine. They take turns, and the ratios are of the same turn.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { PrivateLibvirtd } from '@loucloud/libvirt/testing';
import { World, finished, waitFor } from '../e2e/world.ts';
import { type Bench, figure, timeMs } from './bench.ts';
import { EventStream } from './event-stream.ts';

const HERE = 'qemu:///system';
const FOLDER = '/var/lib/libvirt/images';
const NAME = 'large.img';
const MIB = 2 ** 20;

export const image: Bench = {
  name: 'image',
  what: 'an image of 2 GiB to another server on this machine; virsh alone; the longest answer of a page meanwhile',
  target: { ratio: { atMost: 1 } },
  async run(size) {
    const sizeMib = size.of(2048, 256, 32);
    const turns = size.of(5, 2, 1);
    const libvirtd = await PrivateLibvirtd.start();
    try {
      const there = libvirtd.uri();
      await run('virsh', '-q', '-c', there, 'net-define', '/usr/share/libvirt/networks/default.xml');
      await using world = await World.open();
      using copies = await prepare(world, there, sizeMib);
      const ours: number[] = [];
      const virsh: number[] = [];
      // The first turn is the warm-up: the file has to come into the cache.
      for (let turn = -1; turn < turns; turn++) {
        const theirs = await timeMs(() => copyByVirsh(there, sizeMib));
        await run('virsh', '-q', '-c', there, 'vol-delete', NAME, 'loucloud');
        const ms = await copies.make();
        if (turn < 0) continue;
        virsh.push(theirs / 1000);
        ours.push(ms / 1000);
      }
      // Copies of their own: who asks all the time takes of the same two cores.
      const waits: number[] = [];
      for (let turn = 0; turn < size.of(2, 1, 1); turn++) {
        const watch = watchAnswers(`${world.url}/readyz`);
        await copies.make();
        waits.push(await watch.end());
      }
      const ratios = ours.map((seconds, turn) => seconds / (virsh[turn] ?? NaN));
      return {
        loucloud: figure(ours, 's'),
        virsh: figure(virsh, 's'),
        ratio: figure(ratios, '×'),
        longestWait: figure(waits, 'ms'),
      };
    } finally {
      await libvirtd.stop();
    }
  },
};

/** The image registered on the first server, to be copied to the second. */
async function prepare(world: World, there: string, sizeMib: number) {
  const login = await world.login();
  const { call } = login;
  const added = await call('hostAdd', { body: { name: 'second', uri: there } });
  const { objectId: hostId } = await finished(call, added.operationId);
  await waitFor('the second server is healthy', async () => {
    const host = await call('hostGet', { params: { hostId } });
    return host.health === 'healthy' && host.poolAvailableBytes > 0;
  });
  await run('virsh', '-q', '-c', HERE, 'pool-create-as', 'images', 'dir', '--target', FOLDER);
  writeRandom(`${FOLDER}/${NAME}`, sizeMib);
  await run('virsh', '-q', '-c', HERE, 'pool-refresh', 'images');
  const here = (await call('hostList', { query: {} })).items.find(({ id }) => id !== hostId)?.id ?? '';
  const body = { name: 'large', path: `${FOLDER}/${NAME}`, hostId: here };
  const { operationId } = await call('imageRegister', { body });
  const { objectId: imageId } = await finished(call, operationId);
  const isHashed = async () => (await call('imageGet', { params: { imageId } })).state === 'ready';
  await waitFor('it is hashed', isHashed);
  const events = await EventStream.open(login);
  return {
    /** In milliseconds, until the copy is there; it is deleted after that. */
    async make(): Promise<number> {
      const ms = await timeMs(async () => {
        const { items } = await call('imagePrefetch', { params: { imageId }, body: { hostIds: [hostId] } });
        await events.finished(items[0]?.operationId ?? '');
      });
      const removal = await call('imageCopyRemove', { params: { imageId, hostId } });
      await events.finished(removal.operationId);
      return ms;
    },
    [Symbol.dispose]: () => events.close(),
  };
}

/** Asks again and again, one request after another. */
function watchAnswers(url: string): { end(): Promise<number> } {
  const over = new AbortController();
  let longest = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      const ms = await timeMs(async () => assert.ok((await fetch(url)).ok));
      longest = Math.max(longest, ms);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    async end() {
      over.abort();
      await asking;
      return longest;
    },
  };
}

async function copyByVirsh(there: string, sizeMib: number): Promise<void> {
  await run('virsh', '-q', '-c', there, 'vol-create-as', 'loucloud', NAME, `${sizeMib}MiB`);
  const download = `virsh -q -c ${HERE} vol-download ${NAME} /dev/stdout --pool images`;
  const upload = `virsh -q -c '${there}' vol-upload ${NAME} /dev/stdin --pool loucloud`;
  await run('bash', '-c', `set -o pipefail; ${download} | ${upload}`);
}

async function run(...[program, ...argv]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0, argv.join(' '));
}

function writeRandom(path: string, sizeMib: number): void {
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(MIB);
  for (let i = 0; i < sizeMib; i++) writeSync(file, randomFillSync(bytes));
  closeSync(file);
}
