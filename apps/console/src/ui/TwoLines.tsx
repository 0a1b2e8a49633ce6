import type { ReactNode } from 'react';

interface TwoLinesProps {
  readonly first: ReactNode;
  readonly second?: ReactNode;
  /** The second is what kind of thing the first is: one line has room for both. */
  readonly isKind?: boolean;
}

/** A cell of a table that says something, and something smaller below it. One element: on a phone it stands beside its label. */
export function TwoLines({ first, second, isKind = false }: TwoLinesProps) {
  return (
    <div className={isKind ? 'two-lines is-kind min-width-0' : 'two-lines min-width-0'}>
      <div>{first}</div>
      {second && <div className="small text-secondary text-break">{second}</div>}
    </div>
  );
}
