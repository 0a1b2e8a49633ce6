import type { Host } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { hostsMessages } from './hosts.messages.ts';

/** How many VMs a server has, and how many of them run: which nobody knows while it cannot be reached. */
export function VmCount({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const { vmCount: all, runningVmCount: running } = host;
  if (all === 0) return t('noVms');
  return host.health === 'unreachable' ? t('unknownOf', { all }) : t('runningOf', { running, all });
}
