/** Which columns of a table are shown: chosen by its reader, and kept with their account. */
import { IconColumns3 } from '@tabler/icons-react';
import { useT } from '../app/language.tsx';
import { usePreference } from '../app/preferences.ts';
import { useMe } from '../app/session.tsx';
import type { Column } from './DataTable.tsx';
import { Menu } from './Menu.tsx';
import { uiMessages } from './ui.messages.ts';

interface ColumnChoice<Row> {
  readonly shown: readonly Column<Row>[];
  /** Those that can be left out; empty: nothing to choose. */
  readonly optional: readonly Column<Row>[];
  readonly isShown: (column: Column<Row>) => boolean;
  readonly toggle: (column: Column<Row>) => void;
  /** null: the usual columns are shown. */
  readonly reset: (() => void) | null;
}

/** `listName`: what the choice is kept under; without it all columns are shown. */
export function useColumnChoice<Row>(
  listName: string | undefined,
  columns: readonly Column<Row>[],
): ColumnChoice<Row> {
  const { preferences } = useMe();
  const change = usePreference();
  const kept = listName === undefined ? undefined : preferences.columns[listName];
  const isShown = ({ name, isExtra }: Column<Row>) =>
    name === undefined || listName === undefined || (kept ? kept.includes(name) : !isExtra);
  const optional = listName === undefined ? [] : columns.filter(({ name }) => name !== undefined);
  const keep = (names: readonly string[] | undefined) => {
    if (listName === undefined) return;
    const { [listName]: _before, ...others } = preferences.columns;
    change({ columns: names ? { ...others, [listName]: [...names] } : others });
  };
  return {
    shown: columns.filter(isShown),
    optional,
    isShown,
    toggle: (column) =>
      keep(
        optional
          .filter((one) => isShown(one) !== (one.name === column.name))
          .flatMap(({ name }) => (name === undefined ? [] : [name])),
      ),
    reset: kept ? () => keep(undefined) : null,
  };
}

export function ColumnMenu<Row>({ optional, isShown, toggle, reset }: ColumnChoice<Row>) {
  const t = useT(uiMessages);
  const items = optional.map((column) => ({
    label: column.header,
    isChecked: isShown(column),
    staysOpen: true,
    onSelect: () => toggle(column),
  }));
  return (
    <Menu
      label={t('columns')}
      className="btn btn-icon column-menu"
      items={reset ? [...items, '-', { label: t('usualColumns'), onSelect: reset }] : items}
    >
      <IconColumns3 size={18} aria-hidden="true" />
    </Menu>
  );
}
