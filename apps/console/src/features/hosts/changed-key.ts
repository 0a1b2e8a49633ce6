import type { Host } from '@loucloud/api';

/** Of a server that is lost for `host_key_changed`: the fingerprint that was confirmed, and what it shows now. */
export function keysOf({ healthDetails: { expected, fingerprint, type } }: Pick<Host, 'healthDetails'>) {
  return { expected: String(expected ?? ''), seen: String(fingerprint ?? ''), type: String(type ?? '') };
}
