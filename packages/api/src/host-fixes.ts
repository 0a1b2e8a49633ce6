/** What to run, to look or to put it right, where a check has failed. Commands are the same in every language. */
import type { ErrorDetails } from './errors.ts';
import type { CheckCode, HostTransport } from './host-checks.ts';

const KEYS = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';
const INSTALL = 'apt install -y qemu-system-x86 libvirt-daemon-system';
const CERTIFICATE = '/etc/pki/libvirt/servercert.pem';
const LISTEN_TLS =
  'systemctl stop libvirtd; systemctl enable --now libvirtd-tls.socket; systemctl start libvirtd';

/** Slots are the check's details. All of them are for the server. */
const commands: Readonly<Partial<Record<CheckCode, string>>> = {
  ssh_protocol: 'systemctl status ssh',
  host_key_changed: KEYS,
  host_key_unconfirmed: KEYS,
  ssh_authentication_failed: 'journalctl -u ssh -n 20',
  ssh_forwarding_denied:
    "printf 'AllowStreamLocalForwarding yes\\nAllowTcpForwarding yes\\n' > /etc/ssh/sshd_config.d/loucloud.conf; systemctl reload ssh",
  ssh_socket_refused: 'ls -l /var/run/libvirt/libvirt-sock',
  tls_protocol: LISTEN_TLS,
  tls_untrusted_ca: `openssl verify -CAfile /etc/pki/CA/cacert.pem ${CERTIFICATE}`,
  tls_expired: `openssl x509 -noout -dates -in ${CERTIFICATE}`,
  tls_not_yet_valid: `date; openssl x509 -noout -dates -in ${CERTIFICATE}`,
  tls_wrong_name: `openssl x509 -noout -ext subjectAltName -in ${CERTIFICATE}`,
  tls_refused_our_certificate: "grep -E '^(ca_file|tls_allowed_dn_list)' /etc/libvirt/libvirtd.conf",
  libvirt_not_running: `${INSTALL}; systemctl enable --now libvirtd`,
  libvirt_permission_denied: 'usermod -aG libvirt {user}',
  libvirt_authentication_unsupported: "grep -E '^auth_(unix_rw|tls)' /etc/libvirt/libvirtd.conf",
  libvirt_no_answer: 'systemctl restart libvirtd',
  libvirt_refused: 'virsh -c qemu:///system list --all; journalctl -u libvirtd -n 20',
  version_too_old: INSTALL,
  pool_unusable: 'virsh pool-info {pool}; virsh pool-start {pool}',
  space_low: 'df -h {path}',
  space_none: 'df -h {path}',
  network_missing: 'virsh net-list --all',
  network_cannot_start: 'virsh net-start {network}',
  kvm_absent: 'lscpu | grep Virtualization; modprobe kvm_intel || modprobe kvm_amd',
  no_accelerator: 'apt install -y qemu-system-x86',
};

const byTransport: Readonly<Record<HostTransport, Readonly<Partial<Record<CheckCode, string>>>>> = {
  local: { connection_lost: 'journalctl -u libvirtd -n 20' },
  ssh: {
    connection_refused: 'systemctl enable --now ssh',
    connect_timeout: 'systemctl status ssh; nft list ruleset',
    connection_lost: 'journalctl -u ssh -n 20',
  },
  tls: {
    connection_refused: LISTEN_TLS,
    connect_timeout: 'systemctl status libvirtd-tls.socket; nft list ruleset',
    connection_lost: 'journalctl -u libvirtd -n 20',
  },
};

/** null: there is none that helps, or it would need something that the check does not say. */
export function fixCommand(code: CheckCode, transport: HostTransport, details: ErrorDetails): string | null {
  const command = byTransport[transport][code] ?? commands[code];
  if (command === undefined) return null;
  let isWhole = true;
  const filled = command.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = details[slot];
    if (typeof value !== 'string' || value === '') isWhole = false;
    return shellWord(String(value));
  });
  return isWhole ? filled : null;
}

/** What a server calls its things goes into a shell as one word. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
