/** For `node --test`: one line of JSON for each test that ended, read by runner.ts. */
import type { TestEvent } from 'node:test/reporters';

export interface TestRecord {
  readonly name: string;
  readonly outcome: 'passed' | 'failed';
  /** Why it failed, and where. */
  readonly reason: string;
}

type TestFail = Extract<TestEvent, { type: 'test:fail' }>['data'];

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const record = recordOf(event);
    if (record) yield `${JSON.stringify(record)}\n`;
  }
}

function recordOf(event: TestEvent): TestRecord | null {
  if (event.type === 'test:pass') {
    const { name, details, skip, todo } = event.data;
    if (skip !== undefined || todo !== undefined) {
      return { name, outcome: 'failed', reason: 'left out: nothing is skipped here' };
    }
    return details.type === 'suite' ? null : { name, outcome: 'passed', reason: '' };
  }
  if (event.type !== 'test:fail') return null;
  const { data } = event;
  // A suite's own failure (its hooks) counts; that one of its tests failed has been counted with the test.
  if (data.details.type === 'suite' && isSubtestFailure(data.details.error)) return null;
  return { name: data.name, outcome: 'failed', reason: describe(data) };
}

function isSubtestFailure(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'failureType' in error &&
    error.failureType === 'subtestsFailed'
  );
}

function describe(data: TestFail): string {
  const { cause } = data.details.error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `${text}\n    at ${data.file ?? ''}:${data.line ?? ''}`;
}
