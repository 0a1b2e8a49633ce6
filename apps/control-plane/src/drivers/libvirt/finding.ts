import type { HostCheck } from '@loucloud/api';

/** What a check found; its name is added by who ran it. */
export type Finding = Omit<HostCheck, 'name'>;

export const finding = (
  outcome: HostCheck['outcome'],
  code: HostCheck['code'],
  details: HostCheck['details'] = {},
): Finding => ({ outcome, code, details });
