/**
 * From the request to a running VM, beside the same libvirt calls made raw by our own library, and beside `qemu-img` and
 * `virsh` doing the same, taken in turns. Each VM is removed before the next one, so that guests that boot do not slow
 * those that are measured.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { World } from '../e2e/world.ts';
import { type Bench, figure, ratios, timeMs } from './bench.ts';
import { OurVms } from './our-vms.ts';
import { POOL, RawVms, type Recipe, URI, recipeOf, starterTemplate } from './raw-vms.ts';

export const create: Bench = {
  name: 'create',
  what: 'POST → running, one VM from the starter image; the same calls raw; qemu-img and virsh by a shell',
  target: { ratio: { atMost: 1.1 }, toShell: { atMost: 1 } },
  async run(size) {
    await using world = await World.open();
    const admin = await world.login();
    const template = await starterTemplate(admin);
    const recipe = await recipeOf(admin, template);
    const raw = await RawVms.open(recipe);
    const ours = await OurVms.open(admin, template.id);
    const times = { loucloud: [] as number[], raw: [] as number[], shell: [] as number[] };
    const rounds = size.of(25, 6, 1);
    // The first rounds are the warm-up.
    for (let round = -size.of(3, 1, 0); round < rounds; round++) {
      const ms = {
        raw: await createRaw(raw),
        loucloud: await createOurs(ours),
        shell: await createByShell(recipe),
      };
      if (round < 0) continue;
      for (const who of ['loucloud', 'raw', 'shell'] as const) times[who].push(ms[who]);
    }
    ours.close();
    await raw.close();
    return {
      loucloud: figure(times.loucloud, 'ms'),
      raw: figure(times.raw, 'ms'),
      shell: figure(times.shell, 'ms'),
      ratio: ratios(times.loucloud, times.raw),
      toShell: ratios(times.loucloud, times.shell),
    };
  },
};

async function createRaw(raw: RawVms): Promise<number> {
  const id = randomUUID();
  const startedAt = performance.now();
  const vm = await raw.create(id);
  const ms = performance.now() - startedAt;
  await raw.remove(vm);
  return ms;
}

async function createOurs(ours: OurVms): Promise<number> {
  const startedAt = performance.now();
  const vmIds = await ours.create('bench');
  const ms = performance.now() - startedAt;
  await ours.removeAll(vmIds);
  return ms;
}

/** As a person would who has a script for it. */
async function createByShell({ domainXml, imagePath, diskBytes }: Recipe): Promise<number> {
  const id = randomUUID();
  const disk = `/var/lib/libvirt/${POOL}/raw-${id}.qcow2`;
  const definition = join(tmpdir(), `raw-${id}.xml`);
  await writeFile(definition, domainXml(id, disk));
  const ms = await timeMs(() =>
    shell(`qemu-img create -q -f qcow2 -b ${imagePath} -F qcow2 ${disk} ${diskBytes}
      virsh -q -c ${URI} define ${definition}
      virsh -q -c ${URI} start raw-${id}`),
  );
  await shell(`virsh -q -c ${URI} destroy raw-${id}; virsh -q -c ${URI} undefine raw-${id}`);
  await rm(disk);
  await rm(definition);
  return ms;
}

async function shell(script: string): Promise<void> {
  const { stderr } = await promisify(execFile)('sh', ['-ec', script]);
  assert.equal(stderr, '');
}
