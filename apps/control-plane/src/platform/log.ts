/** The process's log: JSON lines on stdout. Secrets do not get in. */
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from './config.ts';
import { UserError } from './errors.ts';

export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: errorOf },
    redact: ['*.password', '*.secret', '*.ticket', 'req.headers'],
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What a person can act on needs no stack: it happens, and its code says what it is. */
const errorOf = (error: Error): object => {
  const { stack, ...told } = withoutStatement(stdSerializers.errWithCause(error)) as Record<string, unknown>;
  return error instanceof UserError ? told : { ...told, stack };
};

/** mysql2 puts the statement with its values into its errors: hashes of passwords and sessions among them. */
function withoutStatement(error: object): object {
  const { sql: _sql, parameters: _parameters, ...rest } = error as Record<string, unknown>;
  const { cause } = rest;
  return typeof cause === 'object' && cause !== null ? { ...rest, cause: withoutStatement(cause) } : rest;
}
