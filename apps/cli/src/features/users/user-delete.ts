/** Deleting a user: the plan is shown before anything is asked. */
import type { DeletionPlan } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Refusal } from '../../app/failures.ts';
import { find } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatBytes } from '../../output/format.ts';
import { renderTable } from '../../output/table.ts';
import { errorText } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { userMessages } from './user.messages.ts';

interface DeleteOptions extends WaitOptions {
  readonly transferTo?: string;
  readonly deleteVms?: true;
  readonly evenProtected?: readonly string[];
  readonly yes?: true;
}

export function userDeleteCommands(user: Command, cli: Cli): void {
  const t = translator(userMessages, cli.language);

  user
    .command('plan')
    .description(t('plan'))
    .argument('<user>', t('argUser'))
    .action(async (nameOrId: string) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'user', nameOrId);
      const plan = await client('userDeletionPlan', { params: { userId: id } });
      cli.print.json(plan);
      cli.print.ids(plan.vms.map((vm) => vm.id));
      for (const line of planLines(cli, name, plan)) cli.print.line(line);
    });

  user
    .command('delete')
    .description(t('delete'))
    .argument('<user>', t('argUser'))
    .addOption(user.createOption('--transfer-to <user>', t('optTransfer')).conflicts('deleteVms'))
    .option('--delete-vms', t('optDeleteVms'))
    .option('--even-protected <vms...>', t('optEvenProtected'))
    .option('-y, --yes', cli.t('yesOption'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, options: DeleteOptions) => {
      const client = await cli.client();
      const { id, name } = await find(cli, 'user', nameOrId);
      const heir = options.transferTo === undefined ? null : await find(cli, 'user', options.transferTo);
      const plan = await client('userDeletionPlan', { params: { userId: id } });
      for (const line of planLines(cli, name, plan)) cli.print.notice(line);
      if (plan.vms.length > 0 && !heir && !options.deleteVms)
        throw new Refusal(errorText({ code: 'user_has_vms', details: {} }, cli.language));

      const question = heir
        ? t('confirmTransfer', { name, heir: heir.name })
        : t(plan.vms.length > 0 ? 'confirmVms' : 'confirmPlain', { name });
      await cli.confirm(question, options.yes);
      const named = options.evenProtected ?? [];
      const even = plan.vms.filter(
        (vm) => vm.isProtected && (named.includes(vm.name) || named.includes(vm.id)),
      );
      const query = {
        ...(heir && { transferTo: heir.id }),
        ...(options.deleteVms && { deleteVms: true }),
        ...(even.length > 0 && { protectedVmIds: even.map((vm) => vm.id).join(',') }),
      };
      const operation = await runOne(
        cli,
        options,
        await client('userDelete', { params: { userId: id }, query }),
      );
      if (!operation) return;
      cli.print.json(operation);
      cli.print.line(t('deleted', { name }));
    });
}

function planLines(cli: Cli, name: string, { vms, sessions, tokens }: DeletionPlan): string[] {
  const t = translator(userMessages, cli.language);
  const table = renderTable(
    [
      { header: cli.t('name'), value: (vm) => vm.name },
      { header: cli.t('state'), value: (vm) => word(stateMessages, vm.state, cli.language) },
      { header: cli.t('disk'), value: (vm) => formatBytes(vm.diskBytes), align: 'right' },
      ...(vms.some((vm) => vm.isProtected)
        ? [
            {
              header: t('protected'),
              value: (vm: DeletionPlan['vms'][number]) => (vm.isProtected ? t('yes') : ''),
            },
          ]
        : []),
    ],
    vms,
  );
  return [
    ...(vms.length === 0
      ? [t('planNothing', { name })]
      : [t('planVms', { name, count: vms.length }), ...table]),
    t('planEnds', { sessions, tokens }),
  ];
}
