/** Sizes and times as people read them. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${String(Number((bytes / 1024 ** power).toFixed(1)))} ${UNITS[power]}`;
}

export const formatMib = (mib: number): string => formatBytes(mib * 2 ** 20);

/** In the reader's time zone, and in an order that sorts: 2026-11-22 10:54:03. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

export const formatTimeOrNull = (iso: string | null): string | null =>
  iso === null ? null : formatTime(iso);

/** 83 → 1:23. */
export function formatCountdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)}%`;

/** An amount with the unit that its name ends in: `diskBytes`, `memoryMib`. */
export function formatAmount(name: string, amount: number): string {
  if (/bytes$/i.test(name)) return formatBytes(amount);
  if (/mib$/i.test(name)) return formatMib(amount);
  return String(amount);
}
