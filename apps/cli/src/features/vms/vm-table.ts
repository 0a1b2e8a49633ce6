/** VMs as rows. */
import type { Vm } from '@loucloud/api';
import type { Cli } from '../../app/cli.ts';
import { formatBytes, formatMib, formatPercent, formatTime } from '../../output/format.ts';
import type { Column } from '../../output/table.ts';
import { translator, word } from '../../words/i18n.ts';
import { operationMessages } from '../../words/operations.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { vmMessages } from './vm.messages.ts';

export function vmColumns(cli: Cli, vms: readonly Vm[]): Column<Vm>[] {
  const t = translator(vmMessages, cli.language);
  // The server tells only the admin where a VM runs.
  const isAdmin = vms.some(({ hostName }) => hostName !== null);
  const forAdmin: Column<Vm>[] = [
    { header: cli.t('owner'), value: ({ ownerName }) => ownerName },
    { header: cli.t('host'), value: ({ hostName }) => hostName },
  ];
  const isBin = vms.some(({ deletion }) => deletion !== null);
  return [
    { header: cli.t('name'), value: ({ name }) => name },
    { header: cli.t('state'), value: (vm) => vmStateText(cli, vm) },
    ...(isAdmin ? forAdmin : []),
    { header: cli.t('vcpus'), value: ({ vcpus }) => vcpus, align: 'right' },
    { header: cli.t('memory'), value: ({ memoryMib }) => formatMib(memoryMib), align: 'right' },
    { header: cli.t('disk'), value: ({ diskBytes }) => formatBytes(diskBytes), align: 'right' },
    { header: cli.t('template'), value: ({ templateName }) => templateName },
    isBin
      ? {
          header: t('purgeAt'),
          value: ({ deletion }) => (deletion === null ? '' : formatTime(deletion.purgeAt)),
        }
      : { header: t('addresses'), value: ({ ipAddresses }) => ipAddresses.join(', ') },
  ];
}

/** Its state, and what is being done to it. */
export function vmStateText({ language }: Cli, { state, operation }: Vm): string {
  const text = word(stateMessages, state, language);
  if (operation === null) return text;
  const doing = word(operationMessages, operation.type, language);
  const progress = operation.progress === null ? '' : ` ${formatPercent(operation.progress)}`;
  return `${text} (${doing}${progress})`;
}
