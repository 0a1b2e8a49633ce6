/** One operation with its steps, live. */
import type { Operation, Placement } from '@loucloud/api';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconCircle,
  IconLoader2,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { Time } from '../../ui/Time.tsx';
import { operationMessages } from '../../words/operations.messages.ts';
import { CancelButton } from './CancelButton.tsx';
import { DrainedVms } from './DrainedVms.tsx';
import { OperationBadge, isActive } from './OperationBadge.tsx';
import { OperationStatus } from './OperationStatus.tsx';
import { PlacementReasons } from './PlacementReasons.tsx';
import { operationsPageMessages } from './operations.messages.ts';
import { useStepName } from './step-name.ts';

export function OperationDialog({ operationId, onClose }: { operationId: string; onClose: () => void }) {
  const operations = useT(operationMessages);
  const { data, error, refetch } = useQuery(query('operationGet', { params: { operationId } }));
  const title = data ? `${operations(data.type)} · ${data.objectName}` : '…';
  return (
    <Modal title={title} onClose={onClose}>
      <div className="modal-body">
        {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
        {data && <OperationDetails operation={data} />}
      </div>
    </Modal>
  );
}

const icons = {
  waiting: IconCircle,
  running: IconLoader2,
  done: IconCheck,
  failed: IconAlertTriangle,
  undone: IconArrowBackUp,
  cancelled: IconX,
} as const;
const colours = {
  waiting: 'text-secondary',
  running: 'text-primary spinning',
  done: 'text-success',
  failed: 'text-danger',
  undone: 'text-warning',
  cancelled: 'text-secondary',
} as const;

function OperationDetails({ operation }: { operation: Operation }) {
  const t = useT(operationsPageMessages);
  const errorText = useErrorText();
  const stepName = useStepName();
  const { error, steps, state, actorName, createdAt } = operation;
  const { placement } = operation.result;
  const told: readonly string[] = operation.type === 'host.drain' ? ['placement', 'vms'] : ['placement'];
  const rest = Object.entries(operation.result).filter(([name]) => !told.includes(name));
  const isCancelled = state === 'cancelled';

  return (
    <>
      <div className="d-flex flex-wrap gap-3 align-items-center mb-3">
        <OperationBadge state={state} />
        <span className="text-secondary">
          {actorName || t('system')} · <Time at={createdAt} />
        </span>
        <span className="ms-auto">
          <CancelButton operation={operation} />
        </span>
      </div>
      {isActive(state) && <OperationStatus operation={operation} />}
      {error && !isCancelled && (
        <div className="alert alert-danger" role="alert">
          <div>
            <div>{errorText(error)}</div>
            {error.hint && (
              <div className="small mt-1 text-break">{t('libvirtSays', { hint: error.hint })}</div>
            )}
          </div>
        </div>
      )}
      <h3 className="subheader mt-3">{t('steps')}</h3>
      <ol className="steps-list">
        {steps.map((step) => {
          // Of an operation that was cancelled the step that ended has not gone wrong.
          const shown = isCancelled && step.state === 'failed' ? 'cancelled' : step.state;
          const Icon = icons[shown];
          return (
            <li key={step.name}>
              <Icon size={18} className={colours[shown]} aria-hidden="true" />
              <span className={step.state === 'waiting' ? 'text-secondary' : ''}>{stepName(step.name)}</span>
              <span className="ms-auto text-secondary small">
                {step.state === 'done' ? <Took from={step.startedAt} to={step.finishedAt} /> : t(shown)}
              </span>
            </li>
          );
        })}
      </ol>
      <DrainedVms operation={operation} />
      {placement !== undefined && <PlacementReasons placement={placement as Placement} />}
      {rest.length > 0 && (
        <details className="mt-3">
          <summary className="text-secondary">{t('result')}</summary>
          <pre className="mt-2 mb-0">{JSON.stringify(Object.fromEntries(rest), null, 2)}</pre>
        </details>
      )}
    </>
  );
}

export function Took({ from, to }: { from: string | null; to: string | null }) {
  const t = useT(operationsPageMessages);
  if (from === null || to === null) return null;
  const seconds = (new Date(to).getTime() - new Date(from).getTime()) / 1000;
  if (seconds < 0.1) return t('instant');
  const shown = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
  const text =
    seconds < 60
      ? t('seconds', { seconds: shown })
      : t('minutes', { minutes: Math.floor(seconds / 60), seconds: Math.round(seconds % 60) });
  return <span className="tabular">{text}</span>;
}
