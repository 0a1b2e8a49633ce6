/** What failed last, why, and where to go about it. */
import type { Operation } from '@loucloud/api';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { Time } from '../../ui/Time.tsx';
import { operationMessages } from '../../words/operations.messages.ts';
import { OperationDialog } from '../operations/OperationDialog.tsx';
import { nextStep } from './next-step.ts';
import { overviewMessages } from './overview.messages.ts';

export function LastFailures({ operations: ended }: { operations: readonly Operation[] }) {
  const t = useT(overviewMessages);
  const [shown, setShown] = useState<string | null>(null);
  // A key that waits to be confirmed is a question, which is asked where the server is added.
  const operations = ended.filter(({ error }) => error?.code !== 'host_key_unconfirmed');
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('failures')}</h2>
      </div>
      {operations.length === 0 && (
        <p className="card-body text-secondary m-0 d-flex gap-2">
          <IconCircleCheck size={20} className="text-success" aria-hidden="true" />
          {t('failuresNone')}
        </p>
      )}
      <ul className="list-group list-group-flush">
        {operations.map((operation) => (
          <Failure key={operation.id} operation={operation} onDetails={() => setShown(operation.id)} />
        ))}
      </ul>
      {shown !== null && <OperationDialog operationId={shown} onClose={() => setShown(null)} />}
    </section>
  );
}

function Failure({ operation, onDetails }: { operation: Operation; onDetails: () => void }) {
  const t = useT(overviewMessages);
  const operations = useT(operationMessages);
  const errorText = useErrorText();
  const { type, objectName, actorName, createdAt, finishedAt, error } = operation;
  const step = nextStep(operation);
  return (
    <li className="list-group-item">
      <div className="d-flex gap-2">
        <strong className="flex-fill text-break">
          {operations(type)} · {objectName}
        </strong>
        <span className="text-secondary small text-nowrap">
          <Time at={finishedAt ?? createdAt} />
        </span>
      </div>
      {error && <div className="text-break">{errorText(error)}</div>}
      <div className="d-flex flex-wrap gap-3 small mt-1">
        {step && <Link to={step.to}>{t(step.label)}</Link>}
        <button type="button" className="btn-plain" onClick={onDetails}>
          {t('nextDetails')}
        </button>
        <span className="text-secondary ms-auto">
          {actorName ? t('byWhom', { name: actorName }) : t('bySystem')}
        </span>
      </div>
    </li>
  );
}
