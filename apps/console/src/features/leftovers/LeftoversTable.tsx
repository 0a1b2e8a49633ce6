import type { Leftover } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Link } from 'react-router';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { FilePath } from '../../ui/FilePath.tsx';
import { Time } from '../../ui/Time.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import './leftovers.css';
import { leftoversMessages } from './leftovers.messages.ts';

interface LeftoversTableProps {
  readonly leftovers: readonly Leftover[];
  readonly onTakeBack: (leftover: Leftover) => void;
  readonly onRemove: (leftover: Leftover) => void;
}

export function LeftoversTable({ leftovers, ...acts }: LeftoversTableProps) {
  const t = useT(leftoversMessages);
  return (
    <div className="card">
      <div className="table-responsive">
        <table className="table table-vcenter table-mobile-md card-table leftovers" aria-label={t('title')}>
          <thead>
            <tr>
              <th>{t('what')}</th>
              <th>{t('was')}</th>
              <th>{t('size')}</th>
              <th>{t('changed')}</th>
              <th>{t('firstSeen')}</th>
              <th>{t('server')}</th>
              <th>
                <span className="visually-hidden">{t('action')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {leftovers.map((leftover) => (
              <Row key={`${leftover.hostId} ${leftover.kind} ${leftover.id}`} leftover={leftover} {...acts} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row({
  leftover,
  onTakeBack,
  onRemove,
}: { leftover: Leftover } & Omit<LeftoversTableProps, 'leftovers'>) {
  const t = useT(leftoversMessages);
  const format = useFormat();
  const { kind, name, vmName, ownerName, sizeBytes, changedAt, hostId, hostName, isActive, recordedOn } =
    leftover;
  return (
    <tr>
      <td data-label={t('what')}>
        <div>
          <div className="small text-secondary">{kind === 'disk' ? t('disk') : t('domain')}</div>
          {kind === 'disk' ? <FilePath path={name} /> : <code className="text-break">{name}</code>}
        </div>
      </td>
      <td data-label={t('was')}>
        <div>
          <TwoLines first={vmName ?? '–'} second={ownerName} />
          {recordedOn !== null && (
            <div className={isActive ? 'small text-danger' : 'small text-secondary'}>
              {isActive ? t('runsToo', { host: recordedOn }) : t('recordedOn', { host: recordedOn })}
            </div>
          )}
        </div>
      </td>
      <td data-label={t('size')} className="text-nowrap">
        {kind === 'disk' ? format.bytes(sizeBytes) : '–'}
      </td>
      <td data-label={t('changed')} className="text-nowrap">
        {changedAt === null ? '–' : <Time at={changedAt} />}
      </td>
      <td data-label={t('firstSeen')} className="text-nowrap">
        {leftover.firstSeenAt === null ? '–' : <Time at={leftover.firstSeenAt} />}
      </td>
      <td data-label={t('server')} className="cell-name">
        <Link to={`/hosts/${hostId}`}>{hostName}</Link>
      </td>
      <td className="text-end text-nowrap">
        {kind === 'domain' && recordedOn === null && (
          <ActionButton className="btn-sm me-2" onClick={() => onTakeBack(leftover)}>
            {t('takeBack')}
          </ActionButton>
        )}
        <ActionButton
          className="btn-sm"
          reason={isActive && recordedOn === null ? t('runs') : undefined}
          onClick={() => onRemove(leftover)}
        >
          {isActive ? t('powerOffAndRemove') : t('remove')}
        </ActionButton>
      </td>
    </tr>
  );
}
