/** `npm run fleet [-- HOSTS]`: a LouCloud over many hosts of libvirt's test driver, to try and to break. In the box. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@loucloud/api';
import type { AnyProcedureName } from '@loucloud/libvirt';
import { ADMIN_PASSWORD, finished, waitFor } from '../e2e/world.ts';
import { consoleBuild, debianPackages, root } from '../tools/machine.ts';
import { productPackages } from '../tools/packages.ts';
import { fail, runSteps } from '../tools/steps.ts';
import { inParallel } from '../tools/test/runner.ts';
import type { FleetHost } from './fleet-host.ts';
import { Fleet } from './fleet.ts';
import { type FurnishedHost, furnish } from './furnish.ts';
import { HELP, obey } from './prompt.ts';
import { Served, useOf } from './served.ts';

const HOSTS_DEFAULT = 50;
const VMS_PER_HOST = 4;
const ADDRESS_DEFAULT = '127.0.0.1:8090';
const USE_OVER_MS = 10_000;
const CALLS_SHOWN = 8;
const IN_BOX = 'LOUCLOUD_FLEET_IN_BOX';

async function main([words = String(HOSTS_DEFAULT)]: readonly string[]): Promise<void> {
  const count = Number(words);
  if (!Number.isInteger(count) || count < 1) throw new Error(`how many hosts is “${words}”?`);
  if (process.env[IN_BOX] !== undefined) return play(count);
  await runSteps([debianPackages(productPackages), consoleBuild]);
  // With this machine's network, so that a browser gets in.
  const argv = ['--host-net', process.execPath, import.meta.filename, words];
  const { status } = spawnSync(join(root, 'tools/box'), argv, {
    stdio: 'inherit',
    env: { ...process.env, [IN_BOX]: '1' },
  });
  process.exitCode = status ?? 1;
}

async function play(count: number): Promise<void> {
  await using fleet = await Fleet.start({ hosts: count });
  await using served = await Served.start(process.env['LOUCLOUD_LISTEN'] ?? ADDRESS_DEFAULT);
  const { call } = await served.login();
  console.log(`${count} hosts join…`);
  const hosts = await furnish(call, fleet);
  await waitFor('every host is healthy', async () => {
    const { total } = await call('hostList', { query: { health: 'healthy', limit: 1 } });
    return total === count;
  });
  console.log(`${count * VMS_PER_HOST} VMs are made…`);
  await makeVms(call, hosts);
  console.log(`\n${served.url} — admin, “${ADMIN_PASSWORD}”\n\n${HELP}\n`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout, prompt: 'fleet> ' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => prompt.close());
  prompt.on('SIGINT', () => prompt.close());
  prompt.prompt();
  for await (const line of prompt) {
    if (line.trim() === 'quit') break;
    if (line.trim() === 'use') await tellUse(served.pid, fleet.hosts);
    else if (line.trim() !== '') console.log(await obey(line, fleet.hosts));
    prompt.prompt();
  }
  prompt.close();
}

async function makeVms(call: Client, hosts: ReadonlyMap<string, FurnishedHost>): Promise<void> {
  await inParallel([...hosts], 4, async ([name, { templateId }]) => {
    const { items } = await call('vmCreate', { body: { name: `${name}-{1..${VMS_PER_HOST}}`, templateId } });
    for (const { operationId } of items) await finished(call, operationId);
  });
}

async function tellUse(controlPlanePid: number, hosts: readonly FleetHost[]): Promise<void> {
  const libvirtdPid = Number(readFileSync('/run/libvirt/libvirtd.pid', 'utf8'));
  const processes = { LouCloud: controlPlanePid, libvirtd: libvirtdPid, 'the fleet itself': process.pid };
  const before = Object.values(processes).map(useOf);
  const callsBefore = countCalls(hosts);
  await delay(USE_OVER_MS);
  for (const [index, [name, pid]] of Object.entries(processes).entries()) {
    const { memoryMib, cpuSeconds } = useOf(pid);
    const busy = (cpuSeconds - (before[index]?.cpuSeconds ?? 0)) / (USE_OVER_MS / 1000);
    console.log(`${name}: ${memoryMib} MiB, ${(busy * 100).toFixed(1)} % of a core`);
  }
  const calls = [...countCalls(hosts)]
    .map(([name, count]) => ({
      name,
      perSecond: (count - (callsBefore.get(name) ?? 0)) / (USE_OVER_MS / 1000),
    }))
    .filter(({ perSecond }) => perSecond > 0)
    .toSorted((a, b) => b.perSecond - a.perSecond);
  const total = calls.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const most = calls.slice(0, CALLS_SHOWN).map(({ name, perSecond }) => `${name} ${perSecond.toFixed(1)}`);
  console.log(`${total.toFixed(0)} calls per second: ${most.join(', ')}`);
}

function countCalls(hosts: readonly FleetHost[]): ReadonlyMap<AnyProcedureName, number> {
  const counts = new Map<AnyProcedureName, number>();
  for (const { calls } of hosts)
    for (const [name, count] of calls) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

main(process.argv.slice(2)).catch(fail);
