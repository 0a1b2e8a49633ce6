/** A list as a table; on a phone each row becomes a card. Loading, empty, failed and full are all drawn here. */
import { IconArrowDown, IconArrowUp, IconDots, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useT } from '../app/language.tsx';
import type { List } from '../app/list.ts';
import type { Selection } from '../app/selection.ts';
import { ColumnMenu, useColumnChoice } from './ColumnChoice.tsx';
import { EmptyState } from './EmptyState.tsx';
import { Menu, type MenuItem } from './Menu.tsx';
import { Pager } from './Pager.tsx';
import { PageProblem } from './Problem.tsx';
import { SearchBox } from './SearchBox.tsx';
import { uiMessages } from './ui.messages.ts';

export interface Column<Row> {
  /** Of one that can be left out, where the columns are chosen. */
  readonly name?: string;
  /** Not shown unless it is chosen. */
  readonly isExtra?: boolean;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The field the server sorts by, if it can. */
  readonly sort?: string;
  readonly className?: string;
}

/** As many columns leave no room for much space between them. */
const WIDE_FROM = 8;

interface DataTableProps<Row> {
  readonly list: List<Row>;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly rowName: (row: Row) => string;
  readonly rowActions?: (row: Row) => readonly MenuItem[];
  /** Under this name the chosen columns are kept; without it there is no choice. */
  readonly listName?: string;
  readonly selection?: Selection<Row>;
  /** An EmptyState: what this list would hold, and how to get the first one. */
  readonly empty: ReactNode;
  readonly searchLabel?: string;
  /** Selects that narrow the list. */
  readonly filters?: ReactNode;
  /** In place of the filters while rows are selected. */
  readonly bulk?: ReactNode;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, searchLabel, filters, bulk, selection, empty } = props;
  const t = useT(uiMessages);
  const choice = useColumnChoice(props.listName, props.columns);
  const { page, error } = list;
  if (error && !page) return <PageProblem error={error} onRetry={list.retry} />;
  if (page && page.items.length === 0 && !list.isNarrowed && list.previous === null)
    return <Card>{empty}</Card>;
  const hasToolbar = searchLabel !== undefined || filters !== undefined;
  return (
    <Card>
      {hasToolbar && (
        <div className="card-header table-tools">
          {selection && selection.count > 0 ? (
            <>
              <strong>{t('selected', { count: selection.count })}</strong>
              {bulk}
            </>
          ) : (
            <>
              {searchLabel !== undefined && <SearchBox list={list} label={searchLabel} />}
              {filters}
              {list.isNarrowed && (
                <button type="button" className="btn btn-link btn-sm" onClick={list.clear}>
                  {t('clearFilters')}
                </button>
              )}
              {choice.optional.length > 0 && <ColumnMenu {...choice} />}
            </>
          )}
        </div>
      )}
      {selection && <WholeSelection list={list} selection={selection} />}
      {page && page.items.length === 0 ? (
        <EmptyState
          icon={IconSearch}
          title={t('nothingMatches')}
          hint={t('nothingMatchesHint')}
          action={
            <button type="button" className="btn" onClick={list.clear}>
              {t('clearFilters')}
            </button>
          }
        />
      ) : (
        <Rows {...props} columns={choice.shown} />
      )}
      {page && page.items.length > 0 && <Pager list={list} />}
    </Card>
  );
}

/** Says what is selected once it is a whole page, and offers the rest. */
function WholeSelection<Row>({ list, selection }: { list: List<Row>; selection: Selection<Row> }) {
  const t = useT(uiMessages);
  const { total = 0, items = [] } = list.page ?? {};
  if (selection.keys.size < items.length || items.length === 0 || total <= items.length) return null;
  const { isEverything, clear, chooseEverything } = selection;
  return (
    <div className="whole-selection" role="status">
      {t(isEverything ? 'everythingSelected' : 'pageSelected', { count: selection.count })}{' '}
      <button type="button" className="btn btn-link btn-sm" onClick={isEverything ? clear : chooseEverything}>
        {isEverything ? t('clearSelection') : t('selectEverything', { count: total })}
      </button>
    </div>
  );
}

const Card = ({ children }: { children: ReactNode }) => <div className="card">{children}</div>;

function Rows<Row>({ list, label, columns, rowKey, rowName, rowActions, selection }: DataTableProps<Row>) {
  const t = useT(uiMessages);
  const rows = list.page?.items;
  const keys = rows?.map(rowKey) ?? [];
  const areAllSelected = selection !== undefined && keys.length > 0 && selection.keys.size === keys.length;
  return (
    <div className="table-responsive">
      <table
        className={`table table-vcenter table-mobile-md card-table ${columns.length >= WIDE_FROM ? 'is-wide-table' : ''} ${list.isStale ? 'is-stale' : ''}`}
        aria-label={label}
        aria-busy={!rows}
      >
        <thead>
          <tr>
            {selection && (
              <th className="w-1">
                <input
                  type="checkbox"
                  className="form-check-input m-0"
                  aria-label={t('selectAll')}
                  checked={areAllSelected}
                  onChange={selection.togglePage}
                />
              </th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.header} column={column} list={list} />
            ))}
            {rowActions && (
              <th className="w-1">
                <span className="visually-hidden">{t('actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key}>
                {selection && (
                  <td className="cell-select">
                    <input
                      type="checkbox"
                      className="form-check-input m-0"
                      aria-label={t('selectRow', { name: rowName(row) })}
                      checked={selection.keys.has(key)}
                      onChange={() => selection.toggle(key)}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.header} data-label={column.header} className={column.className}>
                    {column.cell(row)}
                  </td>
                ))}
                {rowActions && (
                  <td className="cell-actions">
                    <Menu
                      items={rowActions(row)}
                      label={t('actionsFor', { name: rowName(row) })}
                      className="btn btn-icon btn-sm btn-ghost-secondary"
                    >
                      <IconDots size={18} aria-hidden="true" />
                    </Menu>
                  </td>
                )}
              </tr>
            );
          })}
          {!rows && <SkeletonRows columns={columns.length + (selection ? 1 : 0) + (rowActions ? 1 : 0)} />}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<Row>({ column, list }: { column: Column<Row>; list: List<Row> }) {
  const t = useT(uiMessages);
  const { header, sort, className } = column;
  if (sort === undefined) return <th className={className}>{header}</th>;
  const isUp = list.sort === sort;
  const isDown = list.sort === `-${sort}`;
  const Arrow = isDown ? IconArrowDown : IconArrowUp;
  return (
    <th className={className} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <button
        type="button"
        className={`sort-button ${isUp || isDown ? 'is-active' : ''}`}
        title={t('sortBy', { column: header })}
        onClick={() => list.setSort(isUp ? `-${sort}` : sort)}
      >
        {header}
        <Arrow size={14} aria-hidden="true" />
      </button>
    </th>
  );
}

function SkeletonRows({ columns }: { columns: number }) {
  return Array.from({ length: 5 }, (_, row) => (
    // eslint-disable-next-line react/no-array-index-key -- nothing else tells them apart
    <tr key={row} className="late placeholder-glow" aria-hidden="true">
      {Array.from({ length: columns }, (_, cell) => (
        // eslint-disable-next-line react/no-array-index-key -- as above
        <td key={cell}>
          <span className={`placeholder ${(row + cell) % 3 === 0 ? 'col-9' : 'col-6'}`} />
        </td>
      ))}
    </tr>
  ));
}
