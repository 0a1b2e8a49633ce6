import { type Overview, type VmState, vmStates } from '@loucloud/api';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { stateMessages } from '../../words/vms.messages.ts';
import './overview.css';
import { overviewMessages } from './overview.messages.ts';

const colours = {
  running: 'bg-green',
  paused: 'bg-yellow',
  saved: 'bg-azure',
  stopped: 'bg-secondary',
  crashed: 'bg-red',
  failed: 'bg-red',
  missing: 'bg-pink',
  unknown: 'bg-orange',
  deleted: 'bg-secondary',
} as const satisfies Record<VmState, string>;

/** Those that need a look come last, where the eye ends. */
const order = ['running', 'paused', 'saved', 'stopped', 'unknown', 'missing', 'crashed', 'failed'] as const;

interface VmsByStateProps {
  readonly counts: Readonly<Record<string, number>>;
  readonly recycleBin: Overview['recycleBin'];
  /** By the last sweep: leftovers, and what VMs miss. */
  readonly findings: number;
}

export function VmsByState({ counts, recycleBin, findings }: VmsByStateProps) {
  const t = useT(overviewMessages);
  const states = useT(stateMessages);
  const format = useFormat();
  const total = vmStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const shown = order.filter((state) => (counts[state] ?? 0) > 0);
  return (
    <section className="card h-100">
      <div className="card-header">
        <h2 className="card-title">{t('vms')}</h2>
        <Link to="/vms" className="ms-auto small">
          {t('vmTotal', { count: total })}
        </Link>
      </div>
      {total === 0 ? (
        <EmptyState
          icon={IconDeviceDesktop}
          title={t('vmsNone')}
          hint={t('vmsNoneHint')}
          action={
            <Link to="/vms/new" className="btn">
              {t('createVm')}
            </Link>
          }
        />
      ) : (
        <div className="card-body">
          <div className="progress progress-separated mb-3" aria-hidden="true">
            {shown.map((state) => (
              <div
                key={state}
                className={`progress-bar ${colours[state]}`}
                style={{ width: `${((counts[state] ?? 0) / total) * 100}%` }}
              />
            ))}
          </div>
          <ul className="state-legend">
            {shown.map((state) => (
              <li key={state}>
                <Link to={`/vms?state=${state}`} className="text-reset">
                  <span className={`legend ${colours[state]}`} aria-hidden="true" />
                  <span className="flex-fill">{states(state)}</span>
                  <strong className="tabular">{format.number(counts[state] ?? 0)}</strong>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {findings > 0 && (
        <div className="card-footer">
          <Link to="/leftovers">{t('findings', { count: findings })}</Link>
        </div>
      )}
      {recycleBin.vmCount > 0 && (
        <div className="card-footer">
          <Link to="/recycle-bin">
            {t('recycleBin', { count: recycleBin.vmCount, size: format.bytes(recycleBin.diskBytes) })}
          </Link>
        </div>
      )}
    </section>
  );
}
