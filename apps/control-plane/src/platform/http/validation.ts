/** Checks requests against the table's schemas. */
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyError, FastifySchemaCompiler } from 'fastify';
import { UserError } from '../errors.ts';

/** A query's values are all text: `limit=50` means a number. A JSON body has types of its own, and they must be right. */
const textual = new Ajv({ coerceTypes: true, useDefaults: true, removeAdditional: false });
const typed = new Ajv({ coerceTypes: false, useDefaults: true, removeAdditional: false });
for (const ajv of [textual, typed]) addFormats.default(ajv, ['date-time']);

export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart = 'body' }) => {
  const validate = (httpPart === 'body' ? typed : textual).compile(schema);
  return (data: unknown) => {
    if (!validate(data)) return { error: invalid(validate.errors?.[0], httpPart) };
    const malformed = malformedText(data);
    if (malformed === null) return { value: data };
    return { error: new UserError('invalid_request', { field: malformed, rule: 'unicode' }) };
  };
};

/** Fastify's own refusals (malformed JSON, another content type) and ours, as one. */
export function toInvalidRequest(error: FastifyError): UserError {
  return new UserError('invalid_request', { rule: error.code }, { cause: error });
}

function invalid(error: ErrorObject | undefined, httpPart: string): UserError {
  const { instancePath = '', keyword = '', params = {} } = error ?? {};
  const { missingProperty, additionalProperty, limit } = params as Record<string, unknown>;
  const inner = [missingProperty, additionalProperty].find((name) => typeof name === 'string');
  const path = [...instancePath.split('/').slice(1), ...(inner === undefined ? [] : [inner])];
  return new UserError('invalid_request', {
    field: path.join('.').slice(0, 200) || httpPart,
    rule: keyword,
    ...(typeof limit === 'number' && { limit }),
  });
}

/** Where a text holds half a surrogate pair: nothing that a database, a browser or libvirt could keep. */
function malformedText(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = malformedText(inner, path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
