/** The checks of a server that is not in the pool yet, as they run, and what they come to. */
import type { ApiError, Operation } from '@loucloud/api';
import { IconListCheck } from '@tabler/icons-react';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { isOver, useOperation } from '../../app/operation-follow.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { Checks } from './Checks.tsx';
import { checksOf } from './checks-of.ts';
import { hostsMessages } from './hosts.messages.ts';

interface ChecksPanelProps {
  /** null: nothing has been checked. */
  readonly operationId: string | null;
  /** Why the check could not begin. */
  readonly error: ApiError | null;
}

export function ChecksPanel({ operationId, error }: ChecksPanelProps) {
  const t = useT(hostsMessages);
  const { data: operation, error: loadError, refetch } = useOperation(operationId);
  const isRunning = operationId !== null && (!operation || !isOver(operation.state));
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{isRunning ? t('checking') : t('checks')}</h2>
      </div>
      <div className="card-body">
        <ProblemAlert error={error} />
        {operationId === null && !error && (
          <EmptyState icon={IconListCheck} title={t('checks')} hint={t('checksIdle')} />
        )}
        {loadError && !operation && <LoadProblem error={loadError} onRetry={() => void refetch()} />}
        {operation && <Verdict operation={operation} />}
        {operationId !== null && <Checks checks={checksOf(operation)} isRunning={isRunning} />}
      </div>
    </section>
  );
}

function Verdict({ operation }: { operation: Operation }) {
  const t = useT(hostsMessages);
  const errorText = useErrorText();
  const { state, error } = operation;
  if (!isOver(state)) return null;
  const hasWarnings = checksOf(operation).some(({ outcome }) => outcome === 'warning');
  if (!error) {
    const tone = hasWarnings ? 'alert alert-warning' : 'alert alert-success';
    return (
      <div className={tone} role="status">
        {hasWarnings ? t('passedWithWarnings') : t('passed')}
      </div>
    );
  }
  return (
    <div className="alert alert-danger" role="alert">
      <div>
        {error.code === 'host_check_failed' ? t('failed') : errorText(error)}
        {error.hint && <div className="small mt-1 text-break">{error.hint}</div>}
      </div>
    </div>
  );
}
