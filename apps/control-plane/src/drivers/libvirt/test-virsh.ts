/** For tests: what somebody else does to the host meanwhile. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const virsh = (...args: readonly string[]): Promise<{ stdout: string }> =>
  run('virsh', ['-q', '-c', 'qemu:///system', ...args]);

async function withFile(command: string, xml: string): Promise<void> {
  const path = join(await mkdtemp(join(tmpdir(), 'virsh-')), 'in.xml');
  await writeFile(path, xml);
  await virsh(command, path);
}

virsh.withFile = withFile;
/** Throws what the schema says against it. */
virsh.validate = async (xml: string): Promise<void> => {
  const path = join(await mkdtemp(join(tmpdir(), 'virsh-')), 'domain.xml');
  await writeFile(path, xml);
  await virsh('define', '--validate', path);
};
