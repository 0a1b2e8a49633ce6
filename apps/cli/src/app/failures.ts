/** How a command ends other than well. Their messages are sentences in the reader's language already. */
import type { Operation } from '@loucloud/api';

/** Wrongly called: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Cannot be done, as the command itself found: exit status 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The operation was taken and did not end well. */
export class OperationFailure extends Error {
  override readonly name = 'OperationFailure';
  readonly operation: Operation;

  constructor(operation: Operation) {
    super(`${operation.type} ${operation.state}`);
    this.operation = operation;
  }
}

/** All has been said; only the exit status is left. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}
