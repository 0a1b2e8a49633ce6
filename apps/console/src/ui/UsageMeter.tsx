/** How much of a limit is used. The colour warns from 80 %; the numbers say it without colour. */
import type { ReactNode } from 'react';
import { useT } from '../app/language.tsx';
import './usage-meter.css';
import { uiMessages } from './ui.messages.ts';

interface UsageMeterProps {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  /** Writes an amount with its unit. */
  readonly amount: (value: number) => string;
  /** Small, for the cells of a table. */
  readonly isCompact?: boolean;
  /** The column's header says it already. */
  readonly isLabelHidden?: boolean;
  readonly note?: ReactNode;
}

const WARN_RATIO = 0.8;
const FULL_RATIO = 0.9;

/** Nothing of nothing is empty; anything of nothing is full. */
export const usageRatio = (used: number, limit: number): number =>
  limit > 0 ? used / limit : used > 0 ? 1 : 0;

export function usageColour(ratio: number): 'bg-danger' | 'bg-warning' | 'bg-primary' {
  if (ratio >= FULL_RATIO) return 'bg-danger';
  return ratio >= WARN_RATIO ? 'bg-warning' : 'bg-primary';
}

export function UsageMeter({
  label,
  used,
  limit,
  amount,
  isCompact = false,
  isLabelHidden = false,
  note,
}: UsageMeterProps) {
  const t = useT(uiMessages);
  const ratio = usageRatio(used, limit);
  const numbers = t('used', { used: amount(used), limit: amount(limit) });
  return (
    <div className={isCompact ? 'usage is-compact' : 'usage'}>
      <span className={isLabelHidden ? 'visually-hidden' : 'usage-label'}>{label}</span>
      <span className="usage-numbers tabular">{numbers}</span>
      <div
        className="progress progress-sm usage-bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(limit, used)}
        aria-valuenow={used}
        aria-valuetext={numbers}
      >
        <div
          className={`progress-bar ${usageColour(ratio)}`}
          style={{ width: `${Math.min(ratio, 1) * 100}%` }}
        />
      </div>
      {note !== undefined && <div className="usage-note">{note}</div>}
    </div>
  );
}
