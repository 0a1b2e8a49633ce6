/** The other way round: VMs whose domain or disk the last sweep did not find on their server. */
import type { MissingPart } from '@loucloud/api';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { Time } from '../../ui/Time.tsx';
import { leftoversMessages } from './leftovers.messages.ts';

export function MissingParts({ parts }: { parts: readonly MissingPart[] }) {
  const t = useT(leftoversMessages);
  if (parts.length === 0) return null;
  return (
    <section className="card mt-3" aria-labelledby="missing-parts">
      <div className="card-header">
        <h2 id="missing-parts" className="card-title">
          {t('missingTitle')}
        </h2>
      </div>
      <ul className="list-group list-group-flush">
        {parts.map(({ vmId, part, vmName, ownerName, hostId, hostName, firstSeenAt }) => (
          <li key={`${vmId} ${part}`} className="list-group-item d-flex flex-wrap gap-3">
            <Link to={`/vms/${vmId}`} className="text-break">
              {vmName}
            </Link>
            <span className="text-secondary">{ownerName}</span>
            <span>{part === 'disk' ? t('missingDisk') : t('missingDomain')}</span>
            <Link to={`/hosts/${hostId}`} className="ms-auto">
              {hostName}
            </Link>
            <span className="text-secondary">
              <Time at={firstSeenAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
