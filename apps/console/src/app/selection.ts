/** Which rows of a list are chosen: some of those in sight, or all that match what the list is narrowed to. */
import { useState } from 'react';
import type { List } from './list.ts';

export interface Selection<Row> {
  /** Of the rows in sight: only what is seen is acted on, or else everything. */
  readonly keys: ReadonlySet<string>;
  readonly rows: readonly Row[];
  readonly isEverything: boolean;
  readonly count: number;
  readonly toggle: (key: string) => void;
  readonly togglePage: () => void;
  readonly chooseEverything: () => void;
  readonly clear: () => void;
}

interface Chosen {
  readonly keys: ReadonlySet<string>;
  /** The narrowing of which everything is chosen. */
  readonly everythingOf: string | null;
}

const NOTHING: Chosen = { keys: new Set(), everythingOf: null };

export function useSelection<Row extends { readonly id: string }>(list: List<Row>): Selection<Row> {
  const [chosen, setChosen] = useState(NOTHING);
  const inSight = list.page?.items ?? [];
  // With another filter other rows match, which nobody has chosen.
  const isEverything = chosen.everythingOf === list.narrowing;
  const rows = inSight.filter(({ id }) => isEverything || chosen.keys.has(id));
  const keys = new Set(rows.map(({ id }) => id));
  const choose = (next: ReadonlySet<string>) => setChosen({ keys: next, everythingOf: null });
  return {
    keys,
    rows,
    isEverything,
    count: isEverything ? (list.page?.total ?? 0) : rows.length,
    toggle: (key) => {
      const next = new Set(keys);
      if (!next.delete(key)) next.add(key);
      choose(next);
    },
    togglePage: () =>
      choose(rows.length === inSight.length ? new Set() : new Set(inSight.map(({ id }) => id))),
    chooseEverything: () => setChosen({ keys: new Set(), everythingOf: list.narrowing }),
    clear: () => setChosen(NOTHING),
  };
}
