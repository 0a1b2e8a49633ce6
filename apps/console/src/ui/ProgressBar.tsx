/** `value` from 0 to 1; null: it goes on, nobody knows how far. */
export function ProgressBar({
  value,
  label,
  isBad = false,
}: {
  value: number | null;
  label: string;
  isBad?: boolean;
}) {
  const colour = isBad ? 'progress-bar bg-danger' : 'progress-bar';
  if (value === null) {
    return (
      <div className="progress progress-sm" role="progressbar" aria-label={label}>
        <div className={`${colour} progress-bar-indeterminate`} />
      </div>
    );
  }
  const percent = Math.round(Math.max(0, Math.min(value, 1)) * 100);
  return (
    <div
      className="progress progress-sm"
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div className={colour} style={{ width: `${percent}%` }} />
    </div>
  );
}
