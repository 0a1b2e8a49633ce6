/** A drain that runs: how far it is, and with which machine. */
import type { Host, Operation } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { CancelButton } from '../operations/CancelButton.tsx';
import { DrainedVms } from '../operations/DrainedVms.tsx';
import { OperationStatus } from '../operations/OperationStatus.tsx';

/** undefined: none runs. */
export function useDrain({ id }: Host): Operation | undefined {
  const { data } = useQuery(
    query('operationList', { query: { objectId: id, type: 'host.drain', isActive: true, limit: 1 } }),
  );
  return data?.items[0];
}

export function DrainStatus({ operation }: { operation: Operation }) {
  return (
    <section className="card mb-3">
      <div className="card-body">
        <OperationStatus operation={operation} />
        <div className="my-2">
          <CancelButton operation={operation} />
        </div>
        <DrainedVms operation={operation} />
      </div>
    </section>
  );
}
