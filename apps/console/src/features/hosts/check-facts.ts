/** What a check saw, in short: versions, paths, amounts, the words of the server. */
import type { CheckCode, HostCheck } from '@loucloud/api';
import { readableDetails } from '../../app/error-sentence.ts';
import { catalog, fillSlots } from '../../app/i18n.ts';
import { useLanguage } from '../../app/language.tsx';

export const checkFactMessages = catalog(
  {
    name_not_found: '{reason}',
    connection_refused: '{reason}',
    no_route: '{reason}',
    connect_timeout: '{reason}',
    connection_lost: '{reason}',
    ssh_protocol: '{reason}',
    ssh_authentication_failed: '{reason}',
    ssh_key_unreadable: '{reason}',
    ssh_forwarding_denied: '{reason}',
    ssh_socket_refused: '{reason}',
    tls_protocol: '{reason}',
    tls_untrusted_ca: '{reason}',
    tls_expired: '{reason}',
    tls_not_yet_valid: '{reason}',
    tls_wrong_name: '{reason}',
    tls_certificate_missing: '{reason}',
    tls_refused_our_certificate: '{reason}',
    tls_our_certificate_expired: '{reason}',
    tls_certificate_unreadable: '{reason}',
    libvirt_not_running: '{reason}',
    libvirt_permission_denied: '{reason}',
    libvirt_authentication_unsupported: '{reason}',
    libvirt_no_answer: '{reason}',
    libvirt_refused: '{reason}',
    libvirt_protocol: '{reason}',
    host_key_ok: '{type} {fingerprint}',
    host_key_unconfirmed: '{type} {fingerprint}',
    host_key_changed: 'now {type} {fingerprint}; confirmed was {expected}',
    version_ok: 'libvirt {libvirt}, QEMU {qemu}',
    version_too_old: 'libvirt {libvirt} (needed: {libvirtNeeded}), QEMU {qemu} (needed: {qemuNeeded})',
    pool_ok: '{pool}: {path}',
    pool_unusable: '{pool}: {reason}',
    space_ok: '{availableBytes} free of {capacityBytes}',
    space_low: '{availableBytes} free of {capacityBytes}',
    space_none: '{availableBytes} free of {capacityBytes}',
    network_ok: '{networks}',
    network_started: '{network}',
    network_missing: '{network}',
    network_cannot_start: '{network}: {reason}',
    kvm_advertised_but_hangs: '{reason}',
    no_accelerator: '{reason}',
  } as const satisfies Partial<Record<CheckCode, string>>,
  {
    name_not_found: '{reason}',
    connection_refused: '{reason}',
    no_route: '{reason}',
    connect_timeout: '{reason}',
    connection_lost: '{reason}',
    ssh_protocol: '{reason}',
    ssh_authentication_failed: '{reason}',
    ssh_key_unreadable: '{reason}',
    ssh_forwarding_denied: '{reason}',
    ssh_socket_refused: '{reason}',
    tls_protocol: '{reason}',
    tls_untrusted_ca: '{reason}',
    tls_expired: '{reason}',
    tls_not_yet_valid: '{reason}',
    tls_wrong_name: '{reason}',
    tls_certificate_missing: '{reason}',
    tls_refused_our_certificate: '{reason}',
    tls_our_certificate_expired: '{reason}',
    tls_certificate_unreadable: '{reason}',
    libvirt_not_running: '{reason}',
    libvirt_permission_denied: '{reason}',
    libvirt_authentication_unsupported: '{reason}',
    libvirt_no_answer: '{reason}',
    libvirt_refused: '{reason}',
    libvirt_protocol: '{reason}',
    host_key_ok: '{type} {fingerprint}',
    host_key_unconfirmed: '{type} {fingerprint}',
    host_key_changed: '现为 {type} {fingerprint}，确认过的是 {expected}',
    version_ok: 'libvirt {libvirt}，QEMU {qemu}',
    version_too_old: 'libvirt {libvirt}（需要 {libvirtNeeded}），QEMU {qemu}（需要 {qemuNeeded}）',
    pool_ok: '{pool}：{path}',
    pool_unusable: '{pool}：{reason}',
    space_ok: '可用 {availableBytes}，共 {capacityBytes}',
    space_low: '可用 {availableBytes}，共 {capacityBytes}',
    space_none: '可用 {availableBytes}，共 {capacityBytes}',
    network_ok: '{networks}',
    network_started: '{network}',
    network_missing: '{network}',
    network_cannot_start: '{network}：{reason}',
    kvm_advertised_but_hangs: '{reason}',
    no_accelerator: '{reason}',
  },
);

/** Empty where the check told nothing that its sentence does not say. */
export function useCheckFacts(): (check: Pick<HostCheck, 'code' | 'details'>) => string {
  const { language } = useLanguage();
  const texts: Readonly<Record<string, string>> =
    language === 'zh-CN' ? checkFactMessages.zh : checkFactMessages.en;
  return ({ code, details }) => {
    const text = texts[code] ?? '';
    const slots = [...text.matchAll(/\{(\w+)\}/g)].map(([, slot = '']) => slot);
    const isTold = slots.every((slot) => details[slot] !== undefined && details[slot] !== '');
    return isTold ? fillSlots(text, readableDetails(details, language), language) : '';
  };
}
