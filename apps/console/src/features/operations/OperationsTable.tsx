import { type Operation, type OperationType, operationTypes } from '@loucloud/api';
import { IconActivity } from '@tabler/icons-react';
import { useState } from 'react';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { type List, useList } from '../../app/list.ts';
import { useIsAdmin } from '../../app/session.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import { ObjectLink } from '../../ui/ObjectLink.tsx';
import { Time } from '../../ui/Time.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { operationMessages } from '../../words/operations.messages.ts';
import { OperationBadge, isActive } from './OperationBadge.tsx';
import { OperationDialog, Took } from './OperationDialog.tsx';
import { OperationStatus } from './OperationStatus.tsx';
import { operationsPageMessages } from './operations.messages.ts';

/** `objectId`: only those on this object, without the columns that would all say the same. */
export function OperationsTable({ objectId, pageSize }: { objectId?: string; pageSize?: number }) {
  const t = useT(operationsPageMessages);
  const operations = useT(operationMessages);
  const kinds = useT(kindMessages);
  const errorText = useErrorText();
  const isAdmin = useIsAdmin();
  const [shown, setShown] = useState<string | null>(null);
  const list = useList('operationList', {
    filters: objectId === undefined ? ['type', 'isActive'] : [],
    sort: '-createdAt',
    ...(objectId === undefined ? {} : { fixed: { objectId } }),
    ...(pageSize === undefined ? {} : { pageSize }),
  });
  return (
    <>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(operation) => operation.id}
        rowName={(operation) => operation.objectName}
        {...(objectId === undefined ? { searchLabel: t('search'), filters: <Filters list={list} /> } : {})}
        empty={<EmptyState icon={IconActivity} title={t('emptyTitle')} hint={t('emptyHint')} />}
        columns={[
          {
            header: t('what'),
            className: 'cell-title text-nowrap',
            cell: (operation) => (
              <button type="button" className="btn-plain" onClick={() => setShown(operation.id)}>
                {operations(operation.type)}
              </button>
            ),
          },
          ...(objectId === undefined
            ? [
                {
                  header: t('object'),
                  className: 'cell-name',
                  cell: (operation: Operation) => (
                    <TwoLines
                      first={<Subject operation={operation} />}
                      second={kinds(operation.objectKind)}
                      isKind
                    />
                  ),
                },
              ]
            : []),
          {
            header: t('state'),
            className: 'cell-state',
            cell: (operation) =>
              isActive(operation.state) ? (
                <OperationStatus operation={operation} />
              ) : (
                <>
                  <OperationBadge state={operation.state} />
                  {operation.error && operation.state !== 'cancelled' && (
                    <div className="small text-secondary mt-1 operation-problem">
                      {errorText(operation.error)}
                    </div>
                  )}
                </>
              ),
          },
          ...(isAdmin
            ? [{ header: t('by'), cell: (operation: Operation) => operation.actorName || t('system') }]
            : []),
          {
            header: t('started'),
            className: 'text-nowrap',
            cell: (operation) => <Time at={operation.createdAt} />,
            ...(objectId === undefined ? { sort: 'createdAt' } : {}),
          },
          {
            header: t('took'),
            className: 'text-nowrap',
            cell: (operation) => <Took from={operation.createdAt} to={operation.finishedAt} />,
          },
        ]}
      />
      {shown !== null && <OperationDialog operationId={shown} onClose={() => setShown(null)} />}
    </>
  );
}

const makes: readonly OperationType[] = ['host.add', 'image.register'];
const takes: readonly OperationType[] = ['vm.purge', 'vm.forget', 'user.delete'];

/** What is not made yet, or no more there, has no page. */
function Subject({ operation: { type, state, objectKind, objectId, objectName } }: { operation: Operation }) {
  const isGone = (state === 'done' ? takes : makes).includes(type);
  return <ObjectLink kind={objectKind} id={objectId} name={objectName} isGone={isGone} />;
}

function Filters({ list }: { list: List<Operation> }) {
  const t = useT(operationsPageMessages);
  const operations = useT(operationMessages);
  const kinds = useT(kindMessages);
  const kindOf = (type: string) => kinds(type.split('.')[0] as keyof typeof kindMessages.en);
  return (
    <>
      <FilterSelect
        list={list}
        name="isActive"
        label={t('activity')}
        options={[
          { value: 'true', label: t('active') },
          { value: 'false', label: t('over') },
        ]}
      />
      <FilterSelect
        list={list}
        name="type"
        label={t('type')}
        options={operationTypes.map((type) => ({
          value: type,
          label: `${kindOf(type)} · ${operations(type)}`,
        }))}
      />
    </>
  );
}
