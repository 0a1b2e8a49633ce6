/** `loucloud vm`: what people do with virtual machines. */
import { type Vm, vmStates } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import {
  type ListOptions,
  listAll,
  printItems,
  printOne,
  printPage,
  withListOptions,
} from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { problemText } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import { actionMessages, causeMessages, verdictMessages } from '../../words/vms.messages.ts';
import { formatBytes, formatMib, formatTime } from '../../output/format.ts';
import { statisticsCommand } from '../statistics/statistics-commands.ts';
import { vmCreateCommand } from './vm-create.ts';
import { binFields, vmBinCommands } from './vm-bin.ts';
import { vmChangeCommands } from './vm-changes.ts';
import { outsideFields, vmOutsideCommands } from './vm-outside.ts';
import { vmMigrateCommands } from './vm-migrate.ts';
import { vmColumns, vmStateText } from './vm-table.ts';
import { vmVerbCommands } from './vm-verbs.ts';
import { vmConsoleCommands } from './vm-console.ts';
import { vmWatchCommands } from './vm-watch.ts';
import { vmMessages } from './vm.messages.ts';

interface VmListOptions extends ListOptions {
  readonly state?: Vm['state'];
  readonly owner?: string;
  readonly host?: string;
  readonly template?: string;
  readonly image?: string;
  readonly network?: string;
  readonly deleted?: true;
}

export function vmCommands(program: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);
  const vm = program.command('vm').description(t('vm'));

  const list = vm
    .command('list')
    .description(t('list'))
    .addOption(vm.createOption('--state <state>', t('optState')).choices([...vmStates]))
    .option('--owner <user>', t('optOwner'))
    .option('--host <server>', t('optHost'))
    .option('--template <template>', t('optTemplate'))
    .option('--image <image>', t('optImage'))
    .option('--network <network>', t('optNetwork'))
    .option('--deleted', t('optDeleted'));
  withListOptions(list, cli, 'vmList').action(async (options: VmListOptions) => {
    const client = await cli.client();
    const filter = await filterOf(cli, options);
    const page = await listAll(cli, options, (query) => client('vmList', { query: { ...query, ...filter } }));
    printPage(cli, page, vmColumns(cli, page.items), ({ id }) => id);
  });

  vmCreateCommand(vm, cli);
  statisticsCommand(vm, 'vm', cli);

  vm.command('show')
    .description(t('show'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const found = await find(cli, 'vm', nameOrId);
      printOne(cli, found, fieldsOf(cli, found));
    });

  vm.command('actions')
    .description(t('actions'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const { actions } = await find(cli, 'vm', nameOrId);
      const rows = Object.entries(actions).map(([action, verdict]) => ({ action, verdict }));
      const columns = [
        {
          header: t('action'),
          value: ({ action }: { action: string }) => word(actionMessages, action, cli.language),
        },
        {
          header: t('verdict'),
          value: ({ verdict }: { verdict: string }) => word(verdictMessages, verdict, cli.language),
        },
      ];
      printItems(cli, rows, columns, ({ action, verdict }) => (verdict === 'ok' ? action : ''));
    });

  vmVerbCommands(vm, cli);
  vmBinCommands(vm, cli);
  vmChangeCommands(vm, cli);
  vmOutsideCommands(vm, cli);
  vmMigrateCommands(vm, cli);

  vm.command('xml')
    .description(t('xml'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const client = await cli.client();
      const reply = await client('vmXml', { params: { vmId: await idOf(cli, 'vm', nameOrId) } });
      if (cli.print.mode === 'json') cli.print.json(reply);
      else cli.print.raw(reply.xml);
    });

  vmConsoleCommands(vm, cli);
  vmWatchCommands(vm, cli);
}

async function filterOf(cli: Cli, { state, owner, host, template, image, network, deleted }: VmListOptions) {
  return {
    ...(deleted && { isDeleted: true }),
    ...(state && { state }),
    ...(owner && { ownerId: await idOf(cli, 'user', owner) }),
    ...(host && { hostId: await idOf(cli, 'host', host) }),
    ...(template && { templateId: await idOf(cli, 'template', template) }),
    ...(image && { imageId: await idOf(cli, 'image', image) }),
    ...(network && { networkId: await idOf(cli, 'network', network) }),
  };
}

function fieldsOf(cli: Cli, vm: Vm) {
  const t = translator(vmMessages, cli.language);
  const cause = word(causeMessages, vm.stateCause, cli.language);
  const possible = Object.entries(vm.actions).filter(([, verdict]) => verdict === 'ok');
  return [
    [cli.t('name'), vm.name],
    [cli.t('id'), vm.id],
    [
      cli.t('state'),
      `${vmStateText(cli, vm)} (${t('since', { time: formatTime(vm.stateChangedAt), cause })})`,
    ],
    [cli.t('description'), vm.description],
    [cli.t('owner'), vm.ownerName],
    [cli.t('template'), vm.templateName],
    [cli.t('image'), vm.imageName],
    [cli.t('network'), vm.networkName],
    ...(vm.hostName === null ? [] : [[cli.t('host'), vm.hostName] as const]),
    ...(vm.domainName === null ? [] : [[t('domain'), vm.domainName] as const]),
    [cli.t('vcpus'), vm.vcpus],
    [cli.t('memory'), formatMib(vm.memoryMib)],
    [cli.t('disk'), formatBytes(vm.diskBytes)],
    [t('firmware'), vm.firmware],
    [t('mac'), vm.macAddress],
    [t('addresses'), vm.ipAddresses.join(', ')],
    [cli.t('created'), formatTime(vm.createdAt)],
    ...vm.staleCopies.map(
      ({ hostName: host, isRunning }) =>
        [t('staleCopies'), isRunning ? t('staleRuns', { host }) : t('staleOff', { host })] as const,
    ),
    ...binFields(cli, vm),
    ...outsideFields(cli, vm),
    ...(vm.lastProblem === null
      ? []
      : [[t('lastProblem'), problemText(vm.lastProblem, cli.language)] as const]),
    [t('possible'), possible.map(([action]) => word(actionMessages, action, cli.language)).join(', ')],
  ] as const;
}
