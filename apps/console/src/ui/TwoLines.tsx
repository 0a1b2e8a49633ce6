import type { ReactNode } from 'react';

/** A cell of a table that says something, and something smaller below it. One element: on a phone it stands beside its label. */
export function TwoLines({ first, second }: { first: ReactNode; second?: ReactNode }) {
  return (
    <div className="min-width-0">
      <div>{first}</div>
      {second && <div className="small text-secondary text-break">{second}</div>}
    </div>
  );
}
