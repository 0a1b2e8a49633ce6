/** For tests: what somebody else does to the host meanwhile. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const virshAt =
  (uri: string) =>
  (...args: readonly string[]): Promise<{ stdout: string }> =>
    run('virsh', ['-q', '-c', uri, ...args]);

export const virsh = virshAt('qemu:///system');

/** A virsh command that wants an XML file, which it gets last. */
export async function virshWithXml(xml: string, ...command: readonly string[]): Promise<void> {
  await virsh(...command, await written(xml));
}

/** Rejects with what is wrong with it by libvirt's own schema, whatever this machine's libvirt can run. */
export async function validateDomainXml(xml: string): Promise<void> {
  const schema = '/usr/share/libvirt/schemas/domain.rng';
  await run('xmllint', ['--noout', '--relaxng', schema, await written(xml)]);
}

async function written(xml: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'virsh-')), 'in.xml');
  await writeFile(path, xml);
  return path;
}
