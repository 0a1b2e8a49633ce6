/** What is a host's alone: libvirt's folders and configuration. It survives a power cut, as a machine's disk does. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, distinguishedName } from './authority.ts';
import { run } from './run.ts';

export interface HostPlan {
  readonly name: string;
  readonly kind: 'local' | 'ssh' | 'tls';
  readonly address: string;
  readonly folder: string;
  readonly hasKvm: boolean;
}

/** libvirt's folders: by the names they have in the host's folder, and where libvirt looks for them. */
export const libvirtFolders = {
  run: '/run/libvirt',
  lib: '/var/lib/libvirt',
  etc: '/etc/libvirt',
  cache: '/var/cache/libvirt',
  log: '/var/log/libvirt',
} as const;

/** As after libvirt's installation: the box's own folders are so. */
export async function prepareHostFolder(plan: HostPlan, authority: Authority): Promise<void> {
  const { folder, kind, hasKvm } = plan;
  await mkdir(folder, { mode: 0o711 });
  for (const name of ['run', 'log']) await mkdir(join(folder, name));
  // In the cache: what boxes know of QEMU.
  for (const name of ['etc', 'cache'] as const)
    await cp(libvirtFolders[name], join(folder, name), { recursive: true });
  await copyEmptyFolders(libvirtFolders.lib, join(folder, 'lib'));
  const pki = await issueServerCertificate(plan, authority);
  await writeFile(join(folder, 'etc/libvirtd.conf'), libvirtdConfig(plan, pki));
  await writeFile(join(folder, 'etc/qemu.conf'), qemuConfig(plan, pki));
  // A device that is none, and that nobody may open: to libvirt and to QEMU alike as good as absent.
  if (!hasKvm && existsSync('/dev/kvm')) await run('mknod', '-m', '000', join(folder, 'kvm'), 'c', '0', '0');
  if (kind === 'tls') await writeFile(join(folder, 'listens'), '');
}

/** What a machine forgets when it loses its power. */
export async function clearRun({ folder }: HostPlan): Promise<void> {
  const path = join(folder, 'run');
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
}

/** The folders' owners matter: QEMU runs as a user of its own and must get through. */
async function copyEmptyFolders(from: string, to: string): Promise<void> {
  await mkdir(to);
  await copyOwner(from, to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await mkdir(join(to, entry.name));
    await copyOwner(join(from, entry.name), join(to, entry.name));
  }
}

async function copyOwner(from: string, to: string): Promise<void> {
  const { uid, gid, mode } = await stat(from);
  await chown(to, uid, gid);
  await chmod(to, mode & 0o7777);
}

/** For libvirtd, and (in the layout and with the rights that QEMU wants) for migration and for the desktop. */
async function issueServerCertificate(
  { name, address, folder }: HostPlan,
  authority: Authority,
): Promise<string> {
  const names = [`DNS:${name}`, `IP:${address}`];
  const { certificate, key } = await authority.issue({ commonName: name, names });
  const pki = join(folder, 'pki');
  await mkdir(pki, { mode: 0o755 });
  await writeFile(join(pki, 'ca-cert.pem'), authority.certificate);
  for (const role of ['server', 'client']) {
    await writeFile(join(pki, `${role}-cert.pem`), certificate);
    await writeFile(join(pki, `${role}-key.pem`), key, { mode: 0o644 });
  }
  return pki;
}

function libvirtdConfig({ kind }: HostPlan, pki: string): string {
  const common = `auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_group = "root"
unix_sock_rw_perms = "0770"
host_uuid = "${randomUUID()}"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
listen_tcp = 0
`;
  if (kind !== 'tls') return `${common}listen_tls = 0\n`;
  return `${common}listen_tls = 1
ca_file = "${pki}/ca-cert.pem"
cert_file = "${pki}/server-cert.pem"
key_file = "${pki}/server-key.pem"
tls_allowed_dn_list = ["${distinguishedName('manager')}", "${distinguishedName('lab-*')}"]
`;
}

/** stdio_handler: no virtlogd needed. cgroup_controllers: they are the real host's. */
const qemuConfig = ({ kind, name }: HostPlan, pki: string): string => `stdio_handler = "file"
security_driver = "none"
cgroup_controllers = []
migration_host = "${name}"
migrate_tls_x509_cert_dir = "${pki}"
migrate_tls_x509_verify = 1
vnc_tls_x509_cert_dir = "${pki}"
vnc_tls = ${kind === 'tls' ? 1 : 0}
vnc_tls_x509_verify = ${kind === 'tls' ? 1 : 0}
`;
