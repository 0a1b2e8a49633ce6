import { type Amounts, type Host, availabilityOf } from '@loucloud/api';
import type { Cli } from '../../app/cli.ts';
import { printOne } from '../../app/lists.ts';
import { formatBytes, formatMib, formatTime } from '../../output/format.ts';
import { errorText, withDetails } from '../../words/error-text.ts';
import { checkMessages } from '../../words/checks.messages.ts';
import { acceleratorMessages, degradedMessages, healthMessages } from '../../words/hosts.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { availabilityMessages } from '../../words/placement.messages.ts';
import { printChecks } from './host-checks.ts';
import { hostMessages } from './host.messages.ts';

export function showHost(cli: Cli, host: Host): void {
  const t = translator(hostMessages, cli.language);
  printOne(cli, host, [
    [cli.t('name'), host.name],
    [cli.t('id'), host.id],
    [t('address'), host.uri],
    [t('health'), healthText(cli, host)],
    [t('availability'), word(availabilityMessages, availabilityOf(host), cli.language)],
    [t('accelerator'), word(acceleratorMessages, host.accelerator, cli.language)],
    [t('pool'), host.poolName],
    [t('free'), formatBytes(host.poolAvailableBytes)],
    [t('versions'), `libvirt ${host.libvirtVersion}, QEMU ${host.qemuVersion}`],
    [t('cpu'), `${host.cpuModel} (${host.arch})`],
    [
      t('overcommit'),
      `${cli.t('vcpus')} ${host.vcpuOvercommit}, ${cli.t('memory')} ${host.memoryOvercommit}`,
    ],
    [t('systemMemory'), formatMib(host.systemMemoryMib)],
    [cli.t('vms'), host.vmCount],
    [t('running'), host.runningVmCount],
    ...(host.conflictCount === 0
      ? []
      : [[t('conflicts'), t('conflictsText', { count: host.conflictCount })] as const]),
    [cli.t('created'), formatTime(host.createdAt)],
  ]);
  cli.print.line('');
  const rows = [
    { name: t('physical'), amounts: host.physical },
    { name: cli.t('capacity'), amounts: host.capacity },
    { name: cli.t('reserved'), amounts: host.reserved },
  ];
  cli.print.table<{ name: string; amounts: Amounts }>(
    [
      { header: '', value: ({ name }) => name },
      { header: cli.t('vcpus'), value: ({ amounts }) => amounts.vcpus, align: 'right' },
      { header: cli.t('memory'), value: ({ amounts }) => formatMib(amounts.memoryMib), align: 'right' },
      { header: cli.t('disk'), value: ({ amounts }) => formatBytes(amounts.diskBytes), align: 'right' },
    ],
    rows,
  );
  cli.print.line('');
  printChecks(cli, host.checks, host.transport);
}

/** The reason is a code of one of these. */
const reasonMessages = [degradedMessages, checkMessages];

function healthText({ language }: Cli, { health, healthReason, healthDetails }: Host): string {
  const text = word(healthMessages, health, language);
  if (healthReason === null) return text;
  const messages = reasonMessages.find(({ en }) => Object.hasOwn(en, healthReason));
  const reason = messages
    ? withDetails(word(messages, healthReason, language), healthDetails, language)
    : errorText({ code: healthReason, details: healthDetails }, language);
  return `${text} (${reason})`;
}
