import type { ReactNode } from 'react';
import './facts.css';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Names and values of one thing, as many side by side as there is room for. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="datagrid facts m-0">
      {facts.map(({ label, value }) => (
        <div key={label} className="datagrid-item">
          <dt className="datagrid-title">{label}</dt>
          <dd className="datagrid-content m-0 text-break">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
