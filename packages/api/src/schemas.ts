/** The small schemas that every noun is made of. */
import { type Static, type TProperties, type TSchema, Type } from 'typebox';

/** One of these strings. */
export const oneOf = <const V extends string>(values: readonly V[]) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values] });

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** No undeclared field gets through, in either direction. */
export const object = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** All fields optional; for PATCH. */
export const changesOf = <P extends TProperties>(properties: P) =>
  Type.Partial(Type.Object(properties), { additionalProperties: false, minProperties: 1 });

export const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', maxLength: 36 });

/** ISO 8601 in UTC. */
export const Time = Type.String({ format: 'date-time' });

/** Any Unicode but control characters; no space at the ends. Shown to people, never parsed. */
const TEXT = '^(?! )[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffe\\uffff]*(?<! )$';

export const Name = Type.String({ minLength: 1, maxLength: 63, pattern: TEXT });

/** Like a name, with line breaks and tabs. */
export const Description = Type.String({
  maxLength: 1000,
  pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ufffe\\uffff]*$',
});

/** What people log in with. */
export const UserName = Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z0-9][a-z0-9._-]*$' });

/** Long enough to be safe, short enough not to be a way to burn CPU. */
export const Password = Type.String({ minLength: 8, maxLength: 256 });

export const Count = Type.Integer({ minimum: 0, maximum: 1_000_000 });
export const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const Vcpus = Type.Integer({ minimum: 1, maximum: 256 });
export const MemoryMib = Type.Integer({ minimum: 32, maximum: 16_777_216 });
export const DiskBytes = Type.Integer({ minimum: 1_048_576, maximum: 2 ** 50 });

export const Nothing = object({});

/** The operation that a 202 answer started. */
export const Accepted = object({ operationId: Id });
export type Accepted = Static<typeof Accepted>;

/** Query of every list: `cursor` is the previous page's `nextCursor`; `search` is part of a name, any case. */
export const listQuery = <P extends TProperties>(filters: P, sorts: readonly string[]) =>
  object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 500 })),
    search: Type.Optional(Type.String({ maxLength: 100 })),
    /** A field's name, `-` before it for descending. */
    sort: Type.Optional(oneOf([...sorts, ...sorts.map((sort) => `-${sort}`)])),
    ...filters,
  });

export const pageOf = <S extends TSchema>(item: S) =>
  object({ items: Type.Array(item), nextCursor: nullable(Type.String()), total: Count });

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
  readonly total: number;
}
