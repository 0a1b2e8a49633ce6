/** What came of a verb for several VMs: the refused first, each with its reason; the accepted are followed to their end. */
import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { isOver, useOperation } from '../../app/operation-follow.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import type { BulkResult, Outcome } from './bulk-run.ts';
import { bulkMessages } from './bulk.messages.ts';

/** So many are drawn, and followed, until more are asked for. */
const AT_ONCE = 50;
const order: readonly Outcome['kind'][] = ['refused', 'accepted', 'notAsked'];

export function BulkResults({ results }: { results: readonly BulkResult[] }) {
  const t = useT(bulkMessages);
  const [limit, setLimit] = useState(AT_ONCE);
  const groups = order.map((kind) => results.filter(({ outcome }) => outcome.kind === kind));
  const sorted = groups.flat();
  const counts = order.flatMap((kind, at) => {
    const count = groups[at]?.length ?? 0;
    return count === 0 ? [] : [t(kind, { count })];
  });
  const left = sorted.length - limit;
  return (
    <>
      <p className="d-flex flex-wrap gap-2 justify-content-between" role="status">
        <strong>{counts.join(' · ')}</strong>
        <Link to="/operations">{t('operations')}</Link>
      </p>
      <ul className="results bulk-results">
        {sorted.slice(0, limit).map((result) => (
          <li key={result.vm.id}>
            <Row {...result} />
          </li>
        ))}
      </ul>
      {left > 0 && (
        <button type="button" className="btn btn-sm mt-2" onClick={() => setLimit(limit + AT_ONCE)}>
          {t('showMore', { count: Math.min(left, AT_ONCE) })}
        </button>
      )}
    </>
  );
}

const icons = { good: IconCheck, bad: IconAlertTriangle, none: IconMinus } as const;
const colours = { good: 'text-success', bad: 'text-danger', none: 'text-secondary' } as const;

function Row({ vm, outcome }: BulkResult) {
  const errorText = useErrorText();
  const { data: operation } = useOperation(outcome.kind === 'accepted' ? outcome.operationId : null);
  const error = outcome.kind === 'refused' ? outcome.error : (operation?.error ?? null);
  const tone = error ? 'bad' : outcome.kind === 'accepted' ? 'good' : 'none';
  const Icon = icons[tone];
  return (
    <>
      <Icon size={18} className={colours[tone]} aria-hidden="true" />
      <div className="flex-fill min-width-0">
        <Link to={`/vms/${vm.id}`} className="text-break">
          {vm.name}
        </Link>
        {operation && !isOver(operation.state) ? (
          <OperationStatus operation={operation} />
        ) : (
          <span className="d-block small text-secondary">
            {error ? errorText(error) : <Said outcome={outcome} isOver={operation !== undefined} />}
          </span>
        )}
      </div>
    </>
  );
}

function Said({ outcome, isOver: hasEnded }: { outcome: Outcome; isOver: boolean }) {
  const t = useT(bulkMessages);
  if (outcome.kind === 'notAsked') return t('wasNotAsked');
  const isDone = hasEnded || (outcome.kind === 'accepted' && outcome.operationId === null);
  return t(isDone ? 'isDone' : 'isAccepted');
}
