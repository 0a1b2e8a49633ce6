import type { OwnQuota } from '@loucloud/api';

/** As a form holds them: null is the default, NaN an input that says nothing yet. */
export type QuotaValues = OwnQuota;

export const noOwnQuota: QuotaValues = {
  vms: null,
  runningVms: null,
  vcpus: null,
  memoryMib: null,
  diskBytes: null,
};

export const quotaOf = ({ vms, runningVms, vcpus, memoryMib, diskBytes }: QuotaValues): OwnQuota => ({
  vms,
  runningVms,
  vcpus,
  memoryMib,
  diskBytes,
});
