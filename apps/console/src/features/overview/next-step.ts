/** Where the admin goes to put right what failed. */
import type { ErrorCode, Operation } from '@loucloud/api';
import type { overviewMessages } from './overview.messages.ts';

export interface NextStep {
  readonly label: Extract<keyof typeof overviewMessages.en, `next${string}`>;
  readonly to: string;
}

const byCode: Partial<Record<ErrorCode, NextStep>> = {
  pool_full: { label: 'nextHosts', to: '/hosts' },
  no_capacity: { label: 'nextHosts', to: '/hosts' },
  host_unreachable: { label: 'nextHosts', to: '/hosts' },
  quota_exceeded: { label: 'nextUser', to: '/users' },
  network_not_on_host: { label: 'nextNetworks', to: '/networks' },
};

/** null: there is nothing better than the operation's own details. */
export function nextStep({
  type,
  error,
  objectKind,
  objectId,
}: Pick<Operation, 'type' | 'error' | 'objectKind' | 'objectId'>): NextStep | null {
  if (!error) return null;
  const known = byCode[error.code];
  if (known) return known;
  if (type === 'host.add') return { label: 'nextHostAdd', to: '/hosts/new' };
  if (objectKind === 'host') return { label: 'nextHosts', to: '/hosts' };
  if (objectKind === 'image') return { label: 'nextImages', to: '/images' };
  // A VM whose creation failed was undone: there is none to open.
  if (objectKind === 'vm' && type !== 'vm.create') return { label: 'nextVm', to: `/vms/${objectId}` };
  return null;
}
