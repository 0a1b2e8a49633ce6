/**
 * Checks a request's body against its schema before it is sent, to mark the fields at once. It knows the part of
 * JSON Schema that our bodies are made of; the server has the last word.
 */
export interface FieldProblem {
  readonly rule:
    | 'required'
    | 'atLeastCharacters'
    | 'atMostCharacters'
    | 'atLeast'
    | 'atMost'
    | 'notANumber'
    | 'notADay'
    | 'pattern'
    | 'invalid';
  readonly limit?: number;
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The problems by path: `name`, `ownQuota.vms`. */
export function problemsOf(schema: object, value: unknown): Record<string, FieldProblem> {
  const problems: Record<string, FieldProblem> = {};
  collect(schema, value, '', problems);
  return problems;
}

function collect(schema: Schema, value: unknown, path: string, problems: Record<string, FieldProblem>): void {
  if (!schema.properties || typeof value !== 'object' || value === null) {
    const problem = problemOf(schema, value);
    if (problem) problems[path] = problem;
    return;
  }
  for (const [key, property] of Object.entries(schema.properties)) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    const at = path === '' ? key : `${path}.${key}`;
    if (inner !== undefined) collect(property, inner, at, problems);
    else if (schema.required?.includes(key)) problems[at] = { rule: 'required' };
  }
}

function problemOf(schema: Schema, value: unknown): FieldProblem | null {
  if (schema.anyOf) {
    const found = schema.anyOf.map((option) => problemOf(option, value));
    return found.includes(null) ? null : (found[0] ?? null);
  }
  if (schema.type === 'null') return value === null ? null : { rule: 'invalid' };
  if (schema.enum)
    return schema.enum.includes(value) ? null : { rule: value === '' ? 'required' : 'invalid' };
  if (schema.type === 'string')
    return typeof value === 'string' ? textProblem(schema, value) : { rule: 'required' };
  if (schema.type === 'integer' || schema.type === 'number') return numberProblem(schema, value);
  return null;
}

function textProblem(
  { minLength = 0, maxLength = Infinity, pattern }: Schema,
  value: string,
): FieldProblem | null {
  // JSON Schema counts characters, not UTF-16 units.
  const { length } = Array.from(value);
  if (length === 0 && minLength > 0) return { rule: 'required' };
  if (length < minLength) return { rule: 'atLeastCharacters', limit: minLength };
  if (length > maxLength) return { rule: 'atMostCharacters', limit: maxLength };
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return { rule: 'pattern' };
  return null;
}

function numberProblem(
  { type, minimum = -Infinity, maximum = Infinity }: Schema,
  value: unknown,
): FieldProblem | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return { rule: 'required' };
  if (type === 'integer' && !Number.isInteger(value)) return { rule: 'notANumber' };
  if (value < minimum) return { rule: 'atLeast', limit: minimum };
  if (value > maximum) return { rule: 'atMost', limit: maximum };
  return null;
}
