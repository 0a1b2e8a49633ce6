/** How far a drain is with each VM of the server, and where it could not do what it was to do, why. */
import type { DrainedVm, Operation } from '@loucloud/api';
import { Link } from 'react-router';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { drainOutcomeMessages } from '../../words/drain.messages.ts';
import { operationsPageMessages } from './operations.messages.ts';

const tones = {
  waiting: 'neutral',
  moving: 'info',
  moved: 'success',
  shutting_down: 'info',
  shut_down: 'success',
  left: 'neutral',
  failed: 'danger',
  cancelled: 'neutral',
  gone: 'neutral',
} as const satisfies Record<DrainedVm['outcome'], Tone>;

export function DrainedVms({ operation }: { operation: Operation }) {
  const t = useT(operationsPageMessages);
  const outcomes = useT(drainOutcomeMessages);
  const errorText = useErrorText();
  const { vms } = operation.result;
  if (operation.type !== 'host.drain' || !Array.isArray(vms) || vms.length === 0) return null;
  return (
    <ul className="list-group list-group-flush" aria-label={t('drained')}>
      {/* As host.drain reports them. */}
      {(vms as DrainedVm[]).map(({ vmId, name, outcome, to, problem }) => (
        <li key={vmId} className="list-group-item px-0 py-2">
          <div className="d-flex flex-wrap align-items-center gap-2">
            <Link to={`/vms/${vmId}`} className="text-break">
              {name}
            </Link>
            {to !== null && <span className="text-secondary">{t('movedTo', { name: to })}</span>}
            <span className="ms-auto">
              <Badge tone={tones[outcome]} isBusy={outcome === 'moving' || outcome === 'shutting_down'}>
                {outcomes(outcome)}
              </Badge>
            </span>
          </div>
          {problem && problem.code !== 'operation_cancelled' && (
            <div className="text-secondary small">{errorText(problem)}</div>
          )}
        </li>
      ))}
    </ul>
  );
}
