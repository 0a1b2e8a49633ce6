import type { Overview } from '@loucloud/api';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { HealthBadge } from '../hosts/HealthBadge.tsx';
import { useHealthReason } from '../hosts/health-reason.ts';
import './overview.css';
import { overviewMessages } from './overview.messages.ts';

type OverviewHost = Overview['hosts'][number];

export function ServersCard({ hosts }: { hosts: readonly OverviewHost[] }) {
  const t = useT(overviewMessages);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('servers')}</h2>
        <Link to="/leftovers" className="ms-auto small">
          {t('leftovers')}
        </Link>
        <Link to="/hosts" className="ms-3 small">
          {t('all')}
        </Link>
      </div>
      <ul className="list-group list-group-flush">
        {hosts.map((host) => (
          <ServerLine key={host.id} host={host} />
        ))}
      </ul>
    </section>
  );
}

function ServerLine({ host }: { host: OverviewHost }) {
  const t = useT(overviewMessages);
  const format = useFormat();
  const healthReason = useHealthReason();
  const { id, name, health, vcpus, memoryMib, disk, warnings } = host;
  return (
    <li className="list-group-item server-line">
      <div className="min-width-0">
        <div className="d-flex flex-wrap align-items-center gap-2">
          <Link to={`/hosts/${id}`} className="fw-medium text-break">
            {name}
          </Link>
          <HealthBadge {...host} />
          {warnings > 0 && <Badge tone="warning">{t('warnings', { count: warnings })}</Badge>}
        </div>
        <div className="small text-secondary mt-1">
          {health !== 'healthy' && host.healthReason !== null
            ? healthReason(host.healthReason)
            : host.vmCount === 0
              ? t('vmsNone')
              : t('runningOf', { running: host.runningVmCount, all: host.vmCount })}
        </div>
        <InUse host={host} />
      </div>
      <UsageMeter
        isCompact
        label={t('vcpus')}
        used={vcpus.reserved}
        limit={vcpus.capacity}
        amount={format.number}
      />
      <UsageMeter
        isCompact
        label={t('memory')}
        used={memoryMib.reserved}
        limit={memoryMib.capacity}
        amount={format.mib}
      />
      <UsageMeter
        isCompact
        label={t('disk')}
        used={disk.reserved}
        limit={disk.capacity}
        amount={format.bytes}
      />
    </li>
  );
}

/** What is really used: next to what is reserved it says whether there is room for more. */
function InUse({ host: { use, physical } }: { host: OverviewHost }) {
  const t = useT(overviewMessages);
  const format = useFormat();
  const share = (used: number | null, all: number) =>
    used === null || all <= 0 ? '–' : format.percent(used / all);
  if (use.cpuCores === null && use.memoryBytes === null) return null;
  return (
    <div className="small text-secondary tabular">
      {t('inUse', {
        cpu: share(use.cpuCores, physical.vcpus),
        memory: share(use.memoryBytes, physical.memoryBytes),
      })}
    </div>
  );
}
