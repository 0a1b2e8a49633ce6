/**
 * A fleet in a process of its own, so that what is measured of LouCloud is LouCloud's alone: `node fleet/process.ts HOSTS`.
 * It says what it has in one line of JSON, then takes a line of JSON (`Order`) at a time and answers each with a line. It
 * ends with its input.
 */
import { createInterface } from 'node:readline';
import { domainRef } from '@loucloud/libvirt';
import { type Copies, copyDomains } from './copies.ts';
import { Fleet } from './fleet.ts';
import type { ToFurnish } from './furnish.ts';
import { obey } from './prompt.ts';

/** What is done to it: a line as at the prompt, or domains like one that LouCloud has made. */
export type Order =
  | { readonly line: string }
  | { readonly copies: Copies }
  | { readonly powerOff: readonly { readonly hostName: string; readonly vmId: string }[] };

const say = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

await using fleet = await Fleet.start({ hosts: Number(process.argv[2]) });
const description: ToFurnish = {
  hosts: fleet.hosts.map(({ name, uri }) => ({ name, uri })),
  imagePath: fleet.imagePath,
};
say(description);
for await (const text of createInterface({ input: process.stdin })) {
  const order = JSON.parse(text) as Order;
  say(await carryOut(order));
}

async function carryOut(order: Order): Promise<unknown> {
  if ('line' in order) return obey(order.line, fleet.hosts);
  if ('copies' in order) return copyDomains(fleet.hosts, order.copies);
  for (const { hostName, vmId } of order.powerOff) {
    const host = fleet.hosts.find(({ name }) => name === hostName);
    await host?.behind.call('domainDestroyFlags', { domain: domainRef(vmId), flags: 0 });
  }
  return order.powerOff.length;
}
