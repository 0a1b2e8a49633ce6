import type { OwnQuota, Quota } from '@loucloud/api';
import type { UserTable } from '../database/schema.ts';

type QuotaColumns = Pick<
  UserTable,
  'quota_vms' | 'quota_running_vms' | 'quota_vcpus' | 'quota_memory_mib' | 'quota_disk_bytes'
>;
type UsageColumns = Pick<
  UserTable,
  'used_vms' | 'used_running_vms' | 'used_vcpus' | 'used_memory_mib' | 'used_disk_bytes'
>;

export const ownQuotaOf = (row: QuotaColumns): OwnQuota => ({
  vms: row.quota_vms,
  runningVms: row.quota_running_vms,
  vcpus: row.quota_vcpus,
  memoryMib: row.quota_memory_mib,
  diskBytes: row.quota_disk_bytes,
});

/** What holds for a user at this moment: their own values, else the default. 0 means none. */
export const quotaOf = (row: QuotaColumns, defaults: Quota): Quota => ({
  vms: row.quota_vms ?? defaults.vms,
  runningVms: row.quota_running_vms ?? defaults.runningVms,
  vcpus: row.quota_vcpus ?? defaults.vcpus,
  memoryMib: row.quota_memory_mib ?? defaults.memoryMib,
  diskBytes: row.quota_disk_bytes ?? defaults.diskBytes,
});

export const usageOf = (row: UsageColumns): Quota => ({
  vms: row.used_vms,
  runningVms: row.used_running_vms,
  vcpus: row.used_vcpus,
  memoryMib: row.used_memory_mib,
  diskBytes: row.used_disk_bytes,
});
