/** Whatever went wrong, as sentences on the standard error, and the exit status that it stands for. */
import { ApiError } from '@loucloud/api';
import { errorText, problemText } from '../words/error-text.ts';
import type { Cli } from './cli.ts';
import { ConfigDamaged } from './config-file.ts';
import { Exit, OperationFailure, Refusal, UsageError } from './failures.ts';

/** Says it, and answers the exit status. `subject`: what it was about, where several things were asked for. */
export function reportFailure(cli: Cli, error: unknown, subject?: string): number {
  if (error instanceof Exit) return error.status;
  if (cli.print.mode === 'json')
    cli.print.errorJson({ error: toJson(cli, error), ...(subject && { subject }) });
  else
    cli.print.error(
      subject === undefined
        ? toText(cli, error)
        : cli.t('failed', { name: subject, reason: toText(cli, error) }),
    );
  return error instanceof UsageError ? 2 : 1;
}

function toText(cli: Cli, error: unknown): string {
  if (error instanceof ApiError) {
    const cause = error.code === 'unreachable' ? innermost(error) : null;
    const text = errorText(error, cli.language) + (cause === null ? '' : ` (${cause})`);
    const isOurs = error.code === 'internal' && error.requestId !== null;
    return isOurs ? `${text}\n${cli.t('requestId', { id: error.requestId ?? '' })}` : text;
  }
  if (error instanceof OperationFailure) {
    const { operation } = error;
    const problem = operation.error ?? {
      code: operation.state === 'superseded' ? ('operation_superseded' as const) : ('internal' as const),
      details: {},
    };
    return cli.t('failed', { name: operation.objectName, reason: problemText(problem, cli.language) });
  }
  if (error instanceof ConfigDamaged) return cli.t('configDamaged', { path: error.path });
  if (error instanceof UsageError || error instanceof Refusal) return error.message;
  return cli.t('unexpected', {
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}

/** What the system said: "connect ECONNREFUSED 127.0.0.1:8080", "self-signed certificate". */
function innermost({ cause }: Error): string | null {
  if (!(cause instanceof Error)) return null;
  return innermost(cause) ?? (cause.message || null);
}

function toJson(cli: Cli, error: unknown): Readonly<Record<string, unknown>> {
  const message = toText(cli, error);
  if (error instanceof ApiError) {
    const { code, status, details, requestId } = error;
    return { code, status, message, details, requestId };
  }
  if (error instanceof OperationFailure) {
    const { id, state, error: problem } = error.operation;
    return { code: problem?.code ?? state, message, details: problem?.details ?? {}, operationId: id };
  }
  return {
    code: error instanceof UsageError ? 'usage' : error instanceof Refusal ? 'refused' : 'internal',
    message,
    details: {},
  };
}
