/** A list that the server filters, sorts and pages; what is shown stands in the address, so it can be linked and gone back to. */
import type { ApiError, EndpointName, Page, ReplyFor, RequestFor } from '@loucloud/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from 'react-router';
import { type Input, call, query } from './api.ts';
import { useMe } from './session.tsx';

export type ListName = {
  [N in EndpointName]: ReplyFor<N> extends Page<unknown>
    ? RequestFor<N> extends { query: unknown }
      ? N
      : never
    : never;
}[EndpointName];

type QueryOf<N extends ListName> = RequestFor<N> extends { query: infer Q } ? Q : never;
export type RowOf<N extends ListName> = ReplyFor<N> extends Page<infer Row> ? Row : never;
type FilterOf<N extends ListName> = Exclude<keyof QueryOf<N>, 'limit' | 'cursor' | 'search' | 'sort'> &
  string;
type SortOf<N extends ListName> = QueryOf<N> extends { sort?: infer S } ? S & string : never;

export interface List<Row> {
  readonly page: Page<Row> | undefined;
  readonly error: ApiError | null;
  readonly retry: () => void;
  /** What is shown belongs to the previous filter while the new one is fetched. */
  readonly isStale: boolean;
  readonly isNarrowed: boolean;
  readonly search: string;
  readonly setSearch: (search: string) => void;
  readonly sort: string;
  readonly setSort: (sort: string) => void;
  readonly filter: (name: string) => string;
  readonly setFilter: (name: string, value: string) => void;
  readonly clear: () => void;
  /** How many rows come before this page; null where a link led into the middle. */
  readonly offset: number | null;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
  /** What narrows the list, as text: with another one, other rows match. */
  readonly narrowing: string;
  /** All rows that match, read anew, page by page; `onRead` gets how many there are so far. */
  readonly readAll: (onRead: (count: number) => void, signal: AbortSignal) => Promise<Row[]>;
}

/** As many as a page may have. */
const READ_AT_ONCE = 200;

interface ListOptions<N extends ListName> {
  readonly filters?: readonly FilterOf<N>[];
  readonly sort: SortOf<N>;
  /** Narrows the list for good: this VM's operations. */
  readonly fixed?: Partial<QueryOf<N>>;
  readonly pageSize?: number;
}

/** The cursors of the pages before this one, kept beside the history entry. */
interface Trail {
  readonly trail?: readonly (string | null)[];
}

export function useList<N extends ListName>(name: N, options: ListOptions<N>): List<RowOf<N>> {
  const { filters = [], fixed = {} } = options;
  const { preferences } = useMe();
  const location = useLocation();
  const navigate = useNavigate();
  const params = new URLSearchParams(location.search);
  const limit = options.pageSize ?? Number(preferences.pageSize);
  const cursor = params.get('cursor');
  const search = params.get('search') ?? '';
  const sort = params.get('sort') ?? options.sort;
  const narrowing = {
    ...(search === '' ? {} : { search }),
    ...Object.fromEntries(
      filters.flatMap((filter) => (params.has(filter) ? [[filter, typed(params.get(filter) ?? '')]] : [])),
    ),
    ...fixed,
  };
  const wanted = { limit, sort, ...(cursor === null ? {} : { cursor }), ...narrowing };
  const result = useQuery({
    // The name is that of a list: its input is a query, its reply a page.
    ...query(name, ...([{ query: wanted }] as unknown as Input<N>)),
    placeholderData: keepPreviousData,
  });
  const page = result.data as Page<RowOf<N>> | undefined;

  const go = (change: (params: URLSearchParams) => void, trail: Trail['trail'] = [], replace = false) => {
    const next = new URLSearchParams(location.search);
    change(next);
    void navigate(
      { search: next.toString() },
      { state: { trail } satisfies Trail, replace, preventScrollReset: true },
    );
  };
  /** Each view is a step that "back" takes back; a word that is being typed is one of them. */
  const narrow = (key: string, value: string, replace = false) =>
    go(
      (next) => {
        next.delete('cursor');
        if (value === '') next.delete(key);
        else next.set(key, value);
      },
      [],
      replace,
    );
  const goTo = (to: string | null, trail: readonly (string | null)[]) =>
    go((next) => (to === null ? next.delete('cursor') : next.set('cursor', to)), trail);

  const trail = (location.state as Trail | null)?.trail ?? [];
  const isLost = cursor !== null && trail.length === 0;
  const following = page?.nextCursor ?? null;
  return {
    page,
    error: result.error,
    retry: () => void result.refetch(),
    isStale: result.isPlaceholderData,
    isNarrowed: search !== '' || filters.some((filter) => params.has(filter)),
    search,
    setSearch: (value) => narrow('search', value, search !== '' && value !== ''),
    sort,
    setSort: (value) => narrow('sort', value),
    filter: (filter) => params.get(filter) ?? '',
    setFilter: (filter, value) => narrow(filter, value),
    clear: () => go((next) => ['search', 'cursor', ...filters].forEach((key) => next.delete(key))),
    offset: isLost ? null : trail.length * limit,
    previous: cursor === null ? null : () => goTo(trail.at(-1) ?? null, trail.slice(0, -1)),
    next: following === null ? null : () => goTo(following, isLost ? [] : [...trail, cursor]),
    narrowing: JSON.stringify(narrowing),
    readAll: (onRead, signal) => readAll(name, { ...narrowing, sort: options.sort }, onRead, signal),
  };
}

/** In the list's own order, which changes least while it is read; a row that moved meanwhile counts once. */
async function readAll<N extends ListName>(
  name: N,
  wanted: object,
  onRead: (count: number) => void,
  signal: AbortSignal,
): Promise<RowOf<N>[]> {
  const rows = new Map<string, RowOf<N>>();
  for (let cursor: string | null | undefined; cursor !== null && !signal.aborted;) {
    const asked = { ...wanted, limit: READ_AT_ONCE, ...(cursor === undefined ? {} : { cursor }) };
    // As in useList: the name is that of a list.
    const page = (await call(name, ...([{ query: asked }] as unknown as Input<N>))) as Page<RowOf<N>>;
    for (const row of page.items) rows.set(idOf(row), row);
    onRead(rows.size);
    cursor = page.nextCursor;
  }
  return [...rows.values()];
}

const idOf = (row: unknown): string => (row as { readonly id: string }).id; // every noun has one

const typed = (value: string): string | boolean =>
  value === 'true' ? true : value === 'false' ? false : value;
