import type { Operation } from '@loucloud/api';
import { useState } from 'react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { ObjectLink } from '../../ui/ObjectLink.tsx';
import { OperationDialog } from '../operations/OperationDialog.tsx';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import { overviewMessages } from './overview.messages.ts';

export function RunningOperations({ operations }: { operations: readonly Operation[] }) {
  const t = useT(overviewMessages);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('operations')}</h2>
        <Link to="/operations" className="ms-auto small">
          {t('all')}
        </Link>
      </div>
      {operations.length === 0 && <p className="card-body text-secondary m-0">{t('operationsNone')}</p>}
      <ul className="list-group list-group-flush">
        {operations.map((operation) => (
          <li key={operation.id} className="list-group-item">
            <div className="d-flex gap-2 mb-1">
              <div className="flex-fill d-flex flex-wrap column-gap-2 text-break">
                <ObjectLink
                  kind={operation.objectKind}
                  id={operation.objectId}
                  name={operation.objectName}
                  isGone={isNotThere(operation)}
                />
                <span className="text-secondary small">
                  {operation.actorName ? t('byWhom', { name: operation.actorName }) : t('bySystem')}
                </span>
              </div>
              <button type="button" className="btn-plain small" onClick={() => setShown(operation.id)}>
                {t('nextDetails')}
              </button>
            </div>
            <OperationStatus operation={operation} />
          </li>
        ))}
      </ul>
      {shown !== null && <OperationDialog operationId={shown} onClose={() => setShown(null)} />}
    </section>
  );
}

/** What is still being added has no page yet; a check may be of a server that is not added at all. */
const isNotThere = ({ type }: Pick<Operation, 'type'>): boolean =>
  type === 'host.add' || type === 'host.check' || type === 'image.register';
