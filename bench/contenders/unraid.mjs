/** The native npm binding. argv: its module, URI, a domain's UUID. See ../libvirt.ts for the lines. */
import { createInterface } from 'node:readline';

const [path, uri, uuid] = process.argv.slice(2);
const { Hypervisor } = await import(path);
const hypervisor = new Hypervisor({ uri });
await hypervisor.connectOpen();
const domain = await hypervisor.domainLookupByUUIDString(uuid);

for await (const line of createInterface(process.stdin)) {
  const [count, width] = line.split(' ').map(Number);
  const startedAt = performance.now();
  let begun = 0;
  const work = async () => {
    // It has no call for the state alone.
    while (begun++ < count) await hypervisor.domainGetInfo(domain);
  };
  await Promise.all(Array.from({ length: width }, work));
  console.log(((performance.now() - startedAt) * 1000) / count);
}
