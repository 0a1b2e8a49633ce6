/** `web-{1..5}` → five names. */
const RANGE = /\{(\d{1,6})\.\.(\d{1,6})\}/;
export const VM_BATCH_MAX = 100;

/** The names that a pattern stands for; null if it asks for none, more than 100, or has a second range. */
export function expandVmNames(pattern: string): string[] | null {
  const range = RANGE.exec(pattern);
  if (!range) return [pattern];
  const [whole, first = '', last = ''] = range;
  const before = pattern.slice(0, range.index);
  const after = pattern.slice(range.index + whole.length);
  const from = Number(first);
  const count = Number(last) - from + 1;
  if (count < 1 || count > VM_BATCH_MAX || RANGE.test(after)) return null;
  const width = first.startsWith('0') ? first.length : 0;
  return Array.from({ length: count }, (_, i) => before + String(from + i).padStart(width, '0') + after);
}
