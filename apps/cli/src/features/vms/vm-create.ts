import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Exit, OperationFailure } from '../../app/failures.ts';
import { find, idOf, idOrUndefined } from '../../app/lookup.ts';
import { reportFailure } from '../../app/report.ts';
import type { WaitOptions } from '../../app/started.ts';
import { waitForAll } from '../../app/wait.ts';
import { translator } from '../../words/i18n.ts';
import { vmStateText } from './vm-table.ts';
import { vmMessages } from './vm.messages.ts';

interface CreateOptions extends WaitOptions {
  readonly template: string;
  readonly description?: string;
  readonly owner?: string;
  readonly start: boolean;
}

/** `--json` prints the VMs as they are once they have been created; with `--no-wait` what was begun. */
export function vmCreateCommand(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);
  vm.command('create')
    .description(t('create'))
    .argument('<name>', t('argName'))
    .requiredOption('-t, --template <template>', t('optFrom'))
    .option('--description <text>', t('optDescription'))
    .option('--owner <user>', t('optFor'))
    .option('--no-start', t('optNoStart'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (name: string, { template, description, owner, start, wait }: CreateOptions) => {
      const client = await cli.client();
      const ownerId = await idOrUndefined(cli, 'user', owner);
      const { items } = await client('vmCreate', {
        body: {
          name,
          templateId: await idOf(cli, 'template', template),
          start,
          ...(description === undefined ? {} : { description }),
          ...(ownerId === undefined ? {} : { ownerId }),
        },
      });
      if (wait) return showCreated(cli, items);
      cli.print.json(items);
      cli.print.ids(items.map(({ operationId }) => operationId));
      for (const { operationId } of items) cli.print.line(operationId);
    });
}

async function showCreated(
  cli: Cli,
  items: readonly { readonly vmId: string; readonly operationId: string }[],
): Promise<void> {
  const t = translator(vmMessages, cli.language);
  const operations = await waitForAll(
    cli,
    items.map(({ operationId }) => operationId),
  );
  const failed = operations.filter(({ state }) => state !== 'done');
  const made = operations.filter(({ state }) => state === 'done');
  const vms = await Promise.all(made.map(({ objectId }) => find(cli, 'vm', objectId)));
  cli.print.json(vms);
  cli.print.ids(vms.map(({ id }) => id));
  for (const vm of vms) {
    const addresses = vm.ipAddresses.join(', ') || t('noAddress');
    cli.print.line(t('created', { name: vm.name, state: vmStateText(cli, vm), addresses }));
  }
  for (const operation of failed) reportFailure(cli, new OperationFailure(operation));
  if (failed.length > 0) throw new Exit(1);
}
