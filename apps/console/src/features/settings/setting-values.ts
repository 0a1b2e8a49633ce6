/** The settings as the form holds them, and what of them has changed. */
import type { RequestFor, Settings } from '@loucloud/api';

/** '': no network. */
export type SettingValues = Settings['defaultQuota'] &
  Omit<Settings, 'defaultQuota' | 'defaultNetworkId'> & { readonly defaultNetworkId: string };

export const valuesOf = ({ defaultQuota, defaultNetworkId, ...rest }: Settings): SettingValues => ({
  ...defaultQuota,
  ...rest,
  defaultNetworkId: defaultNetworkId ?? '',
});

export const settingsOf = ({
  vms,
  runningVms,
  vcpus,
  memoryMib,
  diskBytes,
  defaultNetworkId,
  ...rest
}: SettingValues): Settings => ({
  ...rest,
  defaultQuota: { vms, runningVms, vcpus, memoryMib, diskBytes },
  defaultNetworkId: defaultNetworkId === '' ? null : defaultNetworkId,
});

/** Only what was changed here: somebody else may have changed the rest meanwhile. */
export function changesBetween(
  before: SettingValues,
  after: SettingValues,
): RequestFor<'settingsUpdate'>['body'] {
  const was = settingsOf(before);
  const changed = Object.entries(settingsOf(after)).filter(
    ([key, value]) => JSON.stringify(was[key as keyof Settings]) !== JSON.stringify(value),
  );
  return Object.fromEntries(changed);
}
