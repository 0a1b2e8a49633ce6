/** What of a reply its reader may know. */
import type { Caller } from '../caller.ts';

/**
 * A reply as this caller may see it. For everybody but the admin: problems without libvirt's own words (`hint`), and
 * operations without `result`, which says where and how a VM was placed. `serve` passes every reply through it.
 */
export function forCaller<T>(reply: T, caller: Pick<Caller, 'isAdmin'> | null): T {
  return caller?.isAdmin ? reply : (withoutInternals(reply) as T); // the same shape: `hint` is optional
}

function withoutInternals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInternals);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutInternals(inner)] as const);
  const isProblem = 'code' in value && 'details' in value;
  const isOperation = 'steps' in value && 'result' in value;
  return {
    ...Object.fromEntries(isProblem ? entries.filter(([key]) => key !== 'hint') : entries),
    ...(isOperation && { result: {} }),
  };
}
