import type { ReactNode } from 'react';

export type Tone = 'success' | 'info' | 'warning' | 'danger' | 'neutral';

/** Written out, so that the build keeps their rules. */
const classes = {
  success: 'status status-green',
  info: 'status status-blue',
  warning: 'status status-orange',
  danger: 'status status-red',
  neutral: 'status status-secondary',
} as const satisfies Record<Tone, string>;

/** A state in words, with a dot; the dot breathes while something is under way. */
export function Badge({
  tone,
  isBusy = false,
  children,
}: {
  tone: Tone;
  isBusy?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={classes[tone]}>
      <span className={isBusy ? 'status-dot status-dot-animated' : 'status-dot'} aria-hidden="true" />
      {children}
    </span>
  );
}
