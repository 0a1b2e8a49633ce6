/** virsh, a process for each call. argv: URI, a domain's UUID. See ../libvirt.ts for the lines. */
import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const [uri = '', uuid = ''] = process.argv.slice(2);

for await (const line of createInterface(process.stdin)) {
  const count = Number(line.split(' ')[0]);
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) await promisify(execFile)('virsh', ['-c', uri, 'domstate', uuid]);
  console.log(((performance.now() - startedAt) * 1000) / count);
}
