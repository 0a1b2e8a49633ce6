/** What emptying the server would do with each machine, before it is done. */
import type { DrainPlanItem, Host } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { verdictMessages } from '../../words/vms.messages.ts';
import { drainMessages } from './drain.messages.ts';

export function DrainDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(drainMessages);
  const queries = useQueryClient();
  const [movesStopped, setMovesStopped] = useState(true);
  const [shutsDown, setShutsDown] = useState(false);
  const { name } = host;
  const params = { hostId: host.id };
  const { data, error, refetch } = useQuery({ ...query('hostDrainPlan', { params }), staleTime: 0 });
  return (
    <ConfirmDialog
      title={t('title', { name })}
      confirmLabel={t('confirm', { name })}
      onClose={onClose}
      action={async () => {
        const stopped = movesStopped ? 'move' : 'leave';
        const unmovable = shutsDown ? 'shutDown' : 'leave';
        await call('hostDrain', { params, body: { stopped, unmovable } });
        for (const stale of ['hostGet', 'hostList', 'operationList'] as const)
          void queries.invalidateQueries({ queryKey: [stale] });
      }}
    >
      <p>{t('text')}</p>
      <Choice label={t('movesStopped')} isOn={movesStopped} onChange={setMovesStopped} />
      <Choice label={t('shutsDown')} isOn={shutsDown} onChange={setShutsDown} />
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="text-secondary m-0">{t('empty')}</p>}
      {data && data.items.length > 0 && (
        <ul className="list-group list-group-flush mt-2">
          {data.items.map((item) => (
            <Planned key={item.vmId} item={item} movesStopped={movesStopped} shutsDown={shutsDown} />
          ))}
        </ul>
      )}
    </ConfirmDialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Choice({ label, isOn, onChange }: ChoiceProps) {
  return (
    <label className="form-check form-switch">
      <input
        type="checkbox"
        role="switch"
        className="form-check-input"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="form-check-label">{label}</span>
    </label>
  );
}

interface PlannedProps {
  readonly item: DrainPlanItem;
  readonly movesStopped: boolean;
  readonly shutsDown: boolean;
}

function Planned({ item: { name, ownerName, state, way, reason }, movesStopped, shutsDown }: PlannedProps) {
  const t = useT(drainMessages);
  const verdicts = useT(verdictMessages);
  const isOn = state === 'running' || state === 'paused';
  const why =
    reason === null || reason === 'ok' ? null : reason === 'no_room' ? t('noRoom') : verdicts(reason);
  const fate = () => {
    if (!isOn && !movesStopped) return t('stays');
    if (way === 'live') return t('live');
    if (way === 'offline') return t('offline');
    return isOn && shutsDown ? t('isShutDown') : t('stays');
  };
  return (
    <li className="list-group-item px-0 py-2">
      <div className="d-flex flex-wrap gap-2">
        <span className="fw-medium text-break">{name}</span>
        <span className="text-secondary">{ownerName}</span>
        <span className="ms-auto">{fate()}</span>
      </div>
      {why !== null && <div className="text-secondary small">{why}</div>}
    </li>
  );
}
