/** An endpoint is data: the server implements it, the console and the command call it, the docs print it. */
import { type Static, type TSchema } from 'typebox';

/**
 * Who may call it. `public`: anybody. `user`: anybody logged in; the answer holds only what they may see.
 * `owner`: the owner of the object in the path, and the admin; for others it does not exist (404). `admin`: the admin.
 */
export type Access = 'public' | 'user' | 'owner' | 'admin';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to `/api/v1`, with `:name` for each path parameter. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly tag: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly reply: TSchema;
  /** Of a success; 200 unless told. 202 means: an operation has started. */
  readonly status?: 200 | 201 | 202 | 204;
}

export type EndpointTable = Readonly<Record<string, Endpoint>>;

type Part<E, K extends string> = E extends { readonly [P in K]: infer S extends TSchema }
  ? { readonly [P in K]: Static<S> }
  : unknown;

/** What a call sends: `{ params, query, body }`, each only where the endpoint has it. */
export type RequestOf<E> = Part<E, 'params'> & Part<E, 'query'> & Part<E, 'body'>;
export type ReplyOf<E extends Endpoint> = Static<E['reply']>;

export const endpoints = <const T extends EndpointTable>(table: T): T => table;

export const API_PREFIX = '/api/v1';
