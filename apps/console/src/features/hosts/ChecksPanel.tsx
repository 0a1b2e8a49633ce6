/** The checks of a server that is not in the pool yet, as they run, and what they come to. */
import type { ApiError, HostTransport, Operation } from '@loucloud/api';
import { IconListCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { isOver, useOperation } from '../../app/operation-follow.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { Checks } from './Checks.tsx';
import { KeyQuestion, askedKey } from './KeyQuestion.tsx';
import { checksOf } from './checks-of.ts';
import { hostsMessages } from './hosts.messages.ts';

/** What has been begun, and over which way. */
export interface StartedChecks {
  readonly operationId: string;
  readonly transport: HostTransport;
}

interface ChecksPanelProps {
  /** null: nothing has been checked. */
  readonly started: StartedChecks | null;
  /** Why the check could not begin. */
  readonly error: ApiError | null;
  readonly onConfirmKey: (fingerprint: string) => void;
}

export function ChecksPanel({ started, error, onConfirmKey }: ChecksPanelProps) {
  const t = useT(hostsMessages);
  const { data: operation, error: loadError, refetch } = useOperation(started?.operationId ?? null);
  const isRunning = started !== null && (!operation || !isOver(operation.state));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone it is below the form: whoever has started the checks wants to see them.
    const isBelow = (panel.current?.getBoundingClientRect().top ?? 0) > innerHeight / 2;
    if (started && isBelow) panel.current?.scrollIntoView({ block: 'start' });
  }, [started]);
  const question = isRunning ? null : askedKey(checksOf(operation));
  return (
    <section className="card" ref={panel}>
      <div className="card-header">
        <h2 className="card-title">{isRunning ? t('checking') : t('checks')}</h2>
      </div>
      <div className="card-body">
        <ProblemAlert error={error} />
        {started === null && !error && (
          <EmptyState icon={IconListCheck} title={t('checksNotYet')} hint={t('checksIdle')} />
        )}
        {loadError && !operation && <LoadProblem error={loadError} onRetry={() => void refetch()} />}
        {question && <KeyQuestion check={question} onConfirm={onConfirmKey} />}
        {operation && !question && <Verdict operation={operation} />}
        {started && (
          <Checks checks={checksOf(operation)} transport={started.transport} isRunning={isRunning} />
        )}
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
