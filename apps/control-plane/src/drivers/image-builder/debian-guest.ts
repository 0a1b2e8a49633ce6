// What makes a plain Debian tree a cloud guest: the packages, and the few files that differ from their defaults.
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const DEBIAN_ROOT_LABEL = 'loucloud-root';

export const DEBIAN_GUEST_PACKAGES = [
  'ca-certificates',
  'cloud-guest-utils', // growpart
  'cloud-init',
  'dbus',
  'e2fsprogs',
  'ifupdown', // quick to start even under emulation
  'iproute2',
  'isc-dhcp-client',
  'less',
  'libpam-systemd',
  'linux-image-cloud-amd64', // with VGA text and EFI framebuffer, which is all that a screen needs
  'nano',
  'netbase',
  'openssh-server',
  'qemu-guest-agent',
  'sudo',
  'systemd-sysv',
  'systemd-timesyncd',
  'udev',
];

/** Without `quiet`: under emulation a boot takes minutes, and whoever waits should see that it goes on. */
const KERNEL_OPTIONS = `root=LABEL=${DEBIAN_ROOT_LABEL} ro console=tty0 console=ttyS0,115200 net.ifnames=0`;

/** No menu: /vmlinuz and /initrd.img are Debian's own links to the newest kernel, so this file never changes. */
const GRUB_CFG = `linux /vmlinuz ${KERNEL_OPTIONS}\ninitrd /initrd.img\nboot\n`;

const FSTAB = `LABEL=${DEBIAN_ROOT_LABEL} / ext4 defaults,errors=remount-ro 0 1\n`;

const sourcesList = (suite: string): string => `deb http://deb.debian.org/debian ${suite} main
deb http://deb.debian.org/debian ${suite}-updates main
deb http://deb.debian.org/debian-security ${suite}-security main
`;

/** Every card by DHCP; what cloud-init is told comes as a file of its own. */
const NETWORK = `source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

auto /eth*=dhcp
iface dhcp inet dhcp
`;

/** An emulated machine on a busy server needs longer than systemd's 90 s to start some of its services. */
const PATIENCE = '[Manager]\nDefaultTimeoutStartSec=10min\n';

/** Without seed data cloud-init stays out of the way, and of the boot's time; what every machine needs is ours. */
const CLOUD_SOURCES = 'datasource_list: [ NoCloud, ConfigDrive ]\n';
const CLOUD_POLICY = 'policy: search,found=all,maybe=none,notfound=disabled\n';

const GROW_SERVICE = `[Unit]
Description=Grow the root file system to the end of its disk
After=systemd-remount-fs.service

[Service]
Type=oneshot
# growpart exits with 1 where there is nothing to grow
ExecStart=/bin/sh -c 'part=$(findmnt -no SOURCE /); growpart "/dev/$(lsblk -no PKNAME "$part")" 2; resize2fs "$part"'

[Install]
WantedBy=multi-user.target
`;

const SSH_KEYS = `[Service]
ExecStartPre=
ExecStartPre=/usr/bin/ssh-keygen -A
ExecStartPre=/usr/sbin/sshd -t
`;

/** No user has a password: cloud-init brings the keys or passwords that a VM's owner asks for. */
export async function configureDebianGuest(root: string, suite: string): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'boot/grub/grub.cfg': GRUB_CFG,
    'etc/fstab': FSTAB,
    'etc/apt/sources.list': sourcesList(suite),
    'etc/network/interfaces': NETWORK,
    'etc/systemd/system.conf.d/patience.conf': PATIENCE,
    'etc/cloud/cloud.cfg.d/10_loucloud.cfg': CLOUD_SOURCES,
    'etc/cloud/ds-identify.cfg': CLOUD_POLICY,
    'etc/systemd/system/grow-root.service': GROW_SERVICE,
    'etc/systemd/system/ssh.service.d/keys.conf': SSH_KEYS,
    'etc/hostname': 'debian\n',
    'etc/hosts': '127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\n',
    'etc/machine-id': '', // systemd makes one at the first boot
    'etc/default/locale': 'LANG=C.UTF-8\n',
  };
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await writeFile(target, content);
    await chmod(target, 0o644); // whatever our umask
  }
  // What must be each machine's own, and the addresses of our mirror.
  const ssh = (await readdir(join(root, 'etc/ssh'))).filter((name) => name.startsWith('ssh_host_'));
  const unwanted = [...ssh.map((name) => `etc/ssh/${name}`), 'etc/apt/sources.list.d/0000sources.list'];
  for (const path of [
    ...unwanted,
    'var/lib/dbus/machine-id',
    'var/lib/systemd/random-seed',
    'etc/resolv.conf',
  ]) {
    await rm(join(root, path), { force: true });
  }
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants/grow-root.service');
  await symlink('/etc/systemd/system/grow-root.service', wants);
}
