/** Deleting VMs or what is on their disks, getting them back, and keeping them from being deleted. */
import type { Vm } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { find } from '../../app/lookup.ts';
import type { WaitOptions } from '../../app/started.ts';
import { formatTime } from '../../output/format.ts';
import { translator } from '../../words/i18n.ts';
import { runVerb } from './vm-verbs.ts';
import { vmMessages } from './vm.messages.ts';

interface YesOptions extends WaitOptions {
  readonly yes?: true;
}
interface DeleteOptions extends YesOptions {
  readonly forGood?: true;
  readonly files?: true;
}

export function vmBinCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);
  const idsOf = (vms: readonly Vm[]) => vms.map(({ id }) => id);
  const namesOf = (vms: readonly Vm[]) => vms.map(({ name }) => name).join(', ');

  vm.command('delete')
    .description(t('delete'))
    .argument('<vms...>', t('argVms'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--for-good', t('optForGood'))
    .option('--files', t('optFiles'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (namesOrIds: string[], options: DeleteOptions) => {
      const isForGood = options.forGood ?? options.files ?? false;
      const endpoint = options.files ? 'vmDeleteWithFiles' : isForGood ? 'vmPurge' : 'vmDelete';
      const vms = await Promise.all(namesOrIds.map((nameOrId) => find(cli, 'vm', nameOrId)));
      const words = { names: namesOf(vms), count: vms.length };
      await cli.confirm(t(isForGood ? 'confirmPurge' : 'confirmDelete', words), options.yes);
      await runVerb(cli, idsOf(vms), options, {
        act: (client, vmId) => client(endpoint, { params: { vmId } }),
        said: (name) => t(isForGood ? 'purged' : 'deleted', { name }),
      });
    });

  vm.command('remake')
    .description(t('remake'))
    .argument('<vms...>', t('argVms'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (namesOrIds: string[], options: YesOptions) => {
      const vms = await Promise.all(namesOrIds.map((nameOrId) => find(cli, 'vm', nameOrId)));
      await cli.confirm(t('confirmRemake', { names: namesOf(vms) }), options.yes);
      await runVerb(cli, idsOf(vms), options, {
        act: (client, vmId) => client('vmRemake', { params: { vmId } }),
        said: (name) => t('remade', { name }),
      });
    });

  vm.command('restore-deleted')
    .description(t('undelete'))
    .argument('<vm>', t('argVm'))
    .option('--name <name>', t('optUndeleteName'))
    .action(async (nameOrId: string, { name }: { readonly name?: string }) => {
      const client = await cli.client();
      const { id } = await find(cli, 'deletedVm', nameOrId);
      const body = name === undefined ? {} : { name };
      const restored = await client('vmUndelete', { params: { vmId: id }, body });
      cli.print.json(restored);
      cli.print.ids([restored.id]);
      cli.print.line(t('undeleted', { name: restored.name }));
    });

  vm.command('purge')
    .description(t('purge'))
    .argument('<vms...>', t('argVms'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (namesOrIds: string[], options: YesOptions) => {
      const vms = await Promise.all(namesOrIds.map((nameOrId) => find(cli, 'deletedVm', nameOrId)));
      await cli.confirm(t('confirmPurge', { names: namesOf(vms), count: vms.length }), options.yes);
      await runVerb(cli, idsOf(vms), options, {
        act: (client, vmId) => client('vmPurge', { params: { vmId } }),
        said: (name) => t('purged', { name }),
      });
    });

  for (const isProtected of [true, false]) {
    vm.command(isProtected ? 'protect' : 'unprotect')
      .description(t(isProtected ? 'protect' : 'unprotect'))
      .argument('<vm>', t('argVm'))
      .action(async (nameOrId: string) => {
        const client = await cli.client();
        const { id, name } = await find(cli, 'vm', nameOrId);
        const changed = await client('vmProtect', { params: { vmId: id }, body: { isProtected } });
        cli.print.json(changed);
        cli.print.line(t(isProtected ? 'protected' : 'unprotected', { name }));
      });
  }
}

/** Lines of `vm show`. */
export function binFields({ language }: Cli, vm: Vm): (readonly [string, string])[] {
  const t = translator(vmMessages, language);
  return [
    ...(vm.isProtected ? [[t('protection'), t('yes')] as const] : []),
    ...(vm.deletion === null ? [] : [[t('purgeAt'), formatTime(vm.deletion.purgeAt)] as const]),
  ];
}
