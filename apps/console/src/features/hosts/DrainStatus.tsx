/** A drain that runs, with its progress, while it does. */
import type { Host } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { CancelButton } from '../operations/CancelButton.tsx';
import { OperationStatus } from '../operations/OperationStatus.tsx';

export function DrainStatus({ host: { id } }: { host: Host }) {
  const { data } = useQuery(
    query('operationList', { query: { objectId: id, type: 'host.drain', isActive: true, limit: 1 } }),
  );
  const operation = data?.items[0];
  if (!operation) return null;
  return (
    <div className="card mb-3">
      <div className="card-body">
        <OperationStatus operation={operation} />
        <div className="mt-2">
          <CancelButton operation={operation} />
        </div>
      </div>
    </div>
  );
}
