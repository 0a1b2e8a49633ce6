/** A quota as a table: what is used of what. */
import type { Quota, QuotaResource, User } from '@loucloud/api';
import { formatAmount } from '../output/format.ts';
import { translator } from '../words/i18n.ts';
import { quotaMessages } from '../words/nouns.messages.ts';
import type { Cli } from './cli.ts';

export const quotaResources = [
  'vms',
  'runningVms',
  'vcpus',
  'memoryMib',
  'diskBytes',
] as const satisfies readonly QuotaResource[];

export function printQuota(cli: Cli, { quota, usage }: Pick<User, 'quota' | 'usage'>): void {
  const t = translator(quotaMessages, cli.language);
  cli.print.table<QuotaResource>(
    [
      { header: cli.t('resource'), value: (resource) => t(resource) },
      { header: cli.t('used'), value: (resource) => formatAmount(resource, usage[resource]), align: 'right' },
      {
        header: cli.t('limit'),
        value: (resource) => formatAmount(resource, quota[resource]),
        align: 'right',
      },
    ],
    quotaResources,
  );
}

export type QuotaOptions = {
  readonly vms?: string;
  readonly runningVms?: string;
  readonly vcpus?: string;
  readonly memory?: string;
  readonly disk?: string;
};

/** The limits that were given as options; `default`: null. */
export function quotaOf(
  { values }: Cli,
  { vms, runningVms, vcpus, memory, disk }: QuotaOptions,
): Partial<Record<keyof Quota, number | null>> {
  const count = values.orDefault((text) => values.count(text));
  return {
    ...(vms === undefined ? {} : { vms: count(vms) }),
    ...(runningVms === undefined ? {} : { runningVms: count(runningVms) }),
    ...(vcpus === undefined ? {} : { vcpus: count(vcpus) }),
    ...(memory === undefined ? {} : { memoryMib: values.orDefault(values.mib)(memory) }),
    ...(disk === undefined ? {} : { diskBytes: values.orDefault(values.bytes)(disk) }),
  };
}
