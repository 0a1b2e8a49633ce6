const LABEL_MAX = 63;

/** What a guest may call itself: the VM's name as one DNS label, or one made from its id if nothing is left of it. */
export function guestHostname(name: string, vmId: string): string {
  const label = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LABEL_MAX)
    .replace(/^-+|-+$/g, '');
  return label === '' ? `vm-${vmId.slice(0, 8)}` : label;
}
