/** The Debian packages that LouCloud needs on its machine, and the further ones that its tests need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  DEBIAN_IMAGE_TOOL_PACKAGES,
  STARTER_IMAGE_TOOL_PACKAGES,
} from '../apps/control-plane/src/drivers/image-builder/debian-packages.ts';

export const productPackages: readonly string[] = unique([
  'ca-certificates',
  'dnsmasq-base', // DHCP and DNS of libvirt's NAT networks
  'iproute2',
  'iptables',
  'libvirt-clients',
  'libvirt-daemon-config-network',
  'libvirt-daemon-system',
  'ovmf', // UEFI
  'qemu-system-x86',
  'qemu-utils',
  ...STARTER_IMAGE_TOOL_PACKAGES,
  ...DEBIAN_IMAGE_TOOL_PACKAGES,
]);

export const testPackages: readonly string[] = [
  'apache2',
  'chromium',
  'fonts-wqy-microhei', // Chinese in the browser
  'haproxy',
  'libxml2-utils', // holds libvirt's schemas against our XML
  'mariadb-server',
  'nginx-light',
  'openssh-server',
  'python3-libvirt', // what a bench compares with
];

/** Those of the names that dpkg does not have fully installed; rejects on a machine without dpkg. */
export async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  // The ${…} are dpkg-query's own.
  const child = spawn('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\\n', ...names], {
    stdio: ['ignore', 'pipe', 'ignore'], // on stderr it names those it does not know
  });
  let listed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (listed += text));
  await once(child, 'close');
  const installed = new Set(listed.split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
