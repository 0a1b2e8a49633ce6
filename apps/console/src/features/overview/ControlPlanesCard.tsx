/** Where several control planes share the work: which of them has which servers. */
import type { Overview } from '@loucloud/api';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { Time } from '../../ui/Time.tsx';
import { overviewMessages } from './overview.messages.ts';

type ControlPlane = Overview['controlPlanes'][number];

/** More are a number. */
const HOSTS_SHOWN = 8;

export function ControlPlanesCard({ controlPlanes }: { controlPlanes: readonly ControlPlane[] }) {
  const t = useT(overviewMessages);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('controlPlanes')}</h2>
      </div>
      <ul className="list-group list-group-flush">
        {controlPlanes.map((controlPlane) => (
          <ControlPlaneLine key={controlPlane.id} controlPlane={controlPlane} />
        ))}
      </ul>
    </section>
  );
}

function ControlPlaneLine({ controlPlane }: { controlPlane: ControlPlane }) {
  const t = useT(overviewMessages);
  const { name, version, startedAt, hosts } = controlPlane;
  const shown = hosts.slice(0, HOSTS_SHOWN);
  return (
    <li className="list-group-item">
      <div className="d-flex flex-wrap gap-2">
        <strong className="flex-fill text-break">{name}</strong>
        <span className="text-secondary small text-nowrap">
          {t('controlPlaneSince', { version })} <Time at={startedAt} />
        </span>
      </div>
      <div className="small text-break mt-1">
        {hosts.length === 0 ? (
          <span className="text-secondary">{t('servesNone')}</span>
        ) : (
          <>
            <span className="text-secondary">{t('serves', { count: hosts.length })}</span>{' '}
            {shown.map((host, index) => (
              <Fragment key={host.id}>
                {index > 0 && ' · '}
                <Link to={`/hosts/${host.id}`}>{host.name}</Link>
              </Fragment>
            ))}
            {hosts.length > shown.length && ' …'}
          </>
        )}
      </div>
    </li>
  );
}
