import type { HostCheck, Operation } from '@loucloud/api';

/** What an operation's checks have found so far: its result is open in the contract. */
export function checksOf(operation: Operation | undefined): readonly HostCheck[] {
  const checks = operation?.result['checks'];
  return Array.isArray(checks) ? (checks as HostCheck[]) : [];
}
