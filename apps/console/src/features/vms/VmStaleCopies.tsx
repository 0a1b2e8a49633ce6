/** Domains of the machine on servers that are not its own: one that runs is a danger, and said aloud. */
import type { StaleCopy } from '@loucloud/api';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { vmsMessages } from './vms.messages.ts';

export function VmStaleCopies({ copies }: { copies: readonly StaleCopy[] }) {
  const t = useT(vmsMessages);
  return copies.map(({ hostId, hostName: host, isRunning }) => {
    const Icon = isRunning ? IconAlertTriangle : IconInfoCircle;
    return (
      <div
        key={hostId}
        className={isRunning ? 'alert alert-danger' : 'alert alert-info'}
        role={isRunning ? 'alert' : 'status'}
      >
        <div className="alert-icon">
          <Icon aria-hidden="true" />
        </div>
        <div>
          <h2 className="alert-heading h4 mb-1">
            {isRunning ? t('staleRuns', { host }) : t('staleOff', { host })}
          </h2>
          <p className="mb-1">{isRunning ? t('staleRunsHint', { host }) : t('staleOffHint')}</p>
          <Link to={`/leftovers?hostId=${hostId}`}>{t('toLeftovers', { host })}</Link>
        </div>
      </div>
    );
  });
}
