/**
 * Errors that a user can cause or act on. `code` is part of the API and picks the translated sentence, which
 * `details` fills. Anything else that is thrown is a bug: logged whole, answered 500 without its message.
 */
import { type ErrorCode, type ErrorDetails, type Problem, errorCodes } from '@loucloud/api';

export class UserError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: ErrorDetails;
  /** What the hypervisor said: for the admin only. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: ErrorOptions & { hint?: string } = {}) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.name = 'UserError';
    this.code = code;
    this.status = errorCodes[code];
    this.details = details;
    this.hint = options.hint;
  }
}

export const notFound = (kind: string, id: string) => new UserError('not_found', { kind, id });

/** What is kept of an error on the operation or the VM that it spoilt. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof UserError)) return { code: 'internal', details: {} };
  return {
    code: error.code,
    details: { ...error.details },
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
