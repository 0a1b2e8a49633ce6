/** This project's libvirt client. argv: URI, a domain's UUID, connections. See ../libvirt.ts for the lines. */
import { createInterface } from 'node:readline';
import { Connection, domainRef } from '@loucloud/libvirt';

const [uri = '', uuid = '', connectionCount = '1'] = process.argv.slice(2);
const domain = domainRef(uuid);
const connections = await Promise.all(
  Array.from({ length: Number(connectionCount) }, () => Connection.open({ uri })),
);

for await (const line of createInterface(process.stdin)) {
  const [count = 0, width = 1] = line.split(' ').map(Number);
  const startedAt = performance.now();
  let begun = 0;
  const work = async (connection: Connection | undefined): Promise<void> => {
    while (begun++ < count) await connection?.call('domainGetState', { domain, flags: 0 });
  };
  await Promise.all(Array.from({ length: width }, (_, i) => work(connections[i % connections.length])));
  console.log(((performance.now() - startedAt) * 1000) / count);
}

await Promise.all(connections.map((connection) => connection.close()));
