/** What the suite says of each case while it runs: what was done, and how long settling took. */
import assert from 'node:assert/strict';

const SETTLED_WITHIN_MS = 60_000;

/** `tools/test-crash.ts` shows the lines that begin so. */
export const CASE_MARK = '  ✔ ';

export function tell(what: string, settledMs: number, ends = ''): void {
  const seconds = (settledMs / 1000).toFixed(1);
  console.log(`${CASE_MARK}${what}: settled in ${seconds} s${ends === '' ? '' : ` (${ends})`}`);
}

export const assertQuick = (settledMs: number): void =>
  assert.ok(settledMs <= SETTLED_WITHIN_MS, `it took ${settledMs} ms to settle`);
