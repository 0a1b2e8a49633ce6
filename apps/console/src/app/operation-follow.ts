/** Follows an operation to its end: for forms whose answer is "accepted", and whose refusal comes later. */
import { ApiError, type Operation, type OperationState, type Problem, errorCodes } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { call, query } from './api.ts';

/** Events say when an operation finds something and when it ends; this is for when they cannot. */
const FOLLOW_POLL_MS = 5000;
const POLL_MS = 800;
const FIRST_POLL_MS = 150;

export const isOver = (state: OperationState): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled' || state === 'superseded';

/** A refusal like any other, so that a form puts it beside the field it is about. */
export class OperationFailed extends ApiError {
  override readonly name = 'OperationFailed';
  readonly operation: Operation;

  constructor(operation: Operation, { code, details, hint }: Problem) {
    super(errorCodes[code], { code, message: hint ?? code, details });
    this.operation = operation;
  }
}

/** null: there is none yet. */
export function useOperation(operationId: string | null) {
  return useQuery({
    ...query('operationGet', { params: { operationId: operationId ?? '' } }),
    enabled: operationId !== null,
    refetchInterval: ({ state: { data } }) => (data && isOver(data.state) ? false : FOLLOW_POLL_MS),
  });
}

/** Resolves with the finished operation, or rejects with why it failed. */
export async function operationEnd(operationId: string): Promise<Operation> {
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 1.5, POLL_MS)) {
    const operation = await call('operationGet', { params: { operationId } }).catch(ignoreOutage);
    if (operation && isOver(operation.state)) {
      if (operation.error) throw new OperationFailed(operation, operation.error);
      return operation;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** The operation goes on while the network is away. */
function ignoreOutage(error: unknown): null {
  if (error instanceof ApiError && error.code === 'unreachable') return null;
  throw error;
}
