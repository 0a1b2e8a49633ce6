/** Lists: all pages up to a limit, printed as a table, as JSON, or as ids. */
import { type Endpoint, type EndpointName, type Page, allEndpoints } from '@loucloud/api';
import type { Command } from 'commander';
import type { Column } from '../output/table.ts';
import type { Cli } from './cli.ts';

const PAGE_MAX = 200;

export interface ListOptions {
  readonly search?: string;
  readonly sort?: string;
  readonly limit?: string;
}

/** What goes into the query of every list, each only where it is given. */
interface ListQuery {
  readonly limit: number;
  readonly search?: string;
  readonly sort?: string;
  readonly cursor?: string;
}

/** The choices of an endpoint's `sort`, from its own schema. */
function sortsOf(name: EndpointName): string[] {
  const { query }: Endpoint = allEndpoints[name];
  const { properties } = query as unknown as { properties: { sort: { enum: string[] } } }; // every list has it: listQuery
  return properties.sort.enum;
}

export function withListOptions(command: Command, cli: Cli, endpoint: EndpointName): Command {
  const sort = command.createOption('--sort <field>', cli.t('sortOption')).choices(sortsOf(endpoint));
  return command
    .option('--search <text>', cli.t('searchOption'))
    .addOption(sort)
    .option('--limit <count>', cli.t('limitOption'));
}

export async function listAll<T>(
  cli: Cli,
  options: ListOptions,
  fetchPage: (query: ListQuery) => Promise<Page<T>>,
  defaultLimit = Number.POSITIVE_INFINITY,
): Promise<Page<T>> {
  const limit = options.limit === undefined ? defaultLimit : cli.values.count(options.limit, 1);
  const items: T[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Page<T> = await fetchPage({
      limit: Math.min(PAGE_MAX, limit - items.length),
      ...(options.search === undefined ? {} : { search: options.search }),
      ...(options.sort === undefined ? {} : { sort: options.sort }),
      ...(cursor === null ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null || items.length >= limit) return { items, nextCursor: cursor, total: page.total };
  }
}

export function printPage<T extends object>(
  cli: Cli,
  { items, total }: Page<T>,
  columns: readonly Column<T>[],
  idOf: (item: T) => string,
): void {
  printItems(cli, items, columns, idOf);
  if (items.length < total && cli.print.mode === 'text')
    cli.print.notice(cli.t('shownOf', { shown: items.length, total }));
}

export function printItems<T extends object>(
  cli: Cli,
  items: readonly T[],
  columns: readonly Column<T>[],
  idOf: (item: T) => string,
): void {
  cli.print.json(items);
  cli.print.ids(items.map(idOf));
  if (items.length > 0) cli.print.table(columns, items);
  else if (cli.print.mode === 'text') cli.print.notice(cli.t('empty'));
}

/** One thing in full. */
export function printOne(
  cli: Cli,
  item: { readonly id: string },
  fields: Parameters<Cli['print']['fields']>[0],
): void {
  cli.print.json(item);
  cli.print.ids([item.id]);
  cli.print.fields(fields);
}
