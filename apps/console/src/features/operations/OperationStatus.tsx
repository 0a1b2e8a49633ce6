/** An operation that runs, in one line: what, how far, which step, and the countdown where it waits for something. */
import type { OperationBrief } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useLiveOperation } from '../../app/use-live.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { useSecondsLeft } from '../../ui/Time.tsx';
import { busyMessages } from '../../words/operations.messages.ts';
import { operationsPageMessages } from './operations.messages.ts';
import { useStepName } from './step-name.ts';

export function OperationStatus({ operation: read }: { operation: OperationBrief }) {
  const t = useT(operationsPageMessages);
  const busy = useT(busyMessages);
  const stepName = useStepName();
  const format = useFormat();
  const operation = useLiveOperation(read);
  const secondsLeft = useSecondsLeft(operation.deadlineAt);
  const name = busy(operation.type);
  return (
    <div className="operation-status">
      <div className="d-flex flex-wrap gap-2 small">
        <strong>{name}</strong>
        {operation.step && (
          <span className="text-secondary">{t('step', { step: stepName(operation.step) })}</span>
        )}
        {operation.waitingFor !== null && (
          <span className="text-secondary">{t('waitingFor', { name: operation.waitingFor })}</span>
        )}
        {operation.progress !== null && (
          <span className="text-secondary tabular">{format.percent(operation.progress)}</span>
        )}
        {secondsLeft > 0 && (
          <span className="text-secondary tabular ms-auto" role="timer">
            {t('timeLeft', { time: format.countdown(secondsLeft) })}
          </span>
        )}
      </div>
      <ProgressBar value={operation.progress} label={name} />
    </div>
  );
}
