/** The verbs that take nothing but VMs, one or several. */
import type { Accepted, Client } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { find } from '../../app/lookup.ts';
import { type WaitOptions, runMany } from '../../app/started.ts';
import { translator } from '../../words/i18n.ts';
import { vmMessages } from './vm.messages.ts';

type Message = keyof typeof vmMessages.en;

interface Verb {
  readonly endpoint:
    | 'vmStart'
    | 'vmShutdown'
    | 'vmPowerOff'
    | 'vmReboot'
    | 'vmReset'
    | 'vmSuspend'
    | 'vmResume'
    | 'vmSave'
    | 'vmRestore';
  readonly help: Message;
  readonly said: Extract<
    Message,
    | 'started'
    | 'shutDown'
    | 'poweredOff'
    | 'rebooted'
    | 'resetDone'
    | 'suspended'
    | 'resumed'
    | 'saved'
    | 'restored'
  >;
}

const verbs: Readonly<Record<string, Verb>> = {
  start: { endpoint: 'vmStart', help: 'start', said: 'started' },
  shutdown: { endpoint: 'vmShutdown', help: 'shutdown', said: 'shutDown' },
  'power-off': { endpoint: 'vmPowerOff', help: 'powerOff', said: 'poweredOff' },
  reboot: { endpoint: 'vmReboot', help: 'reboot', said: 'rebooted' },
  reset: { endpoint: 'vmReset', help: 'reset', said: 'resetDone' },
  suspend: { endpoint: 'vmSuspend', help: 'suspend', said: 'suspended' },
  resume: { endpoint: 'vmResume', help: 'resume', said: 'resumed' },
  save: { endpoint: 'vmSave', help: 'save', said: 'saved' },
  restore: { endpoint: 'vmRestore', help: 'restore', said: 'restored' },
};

export function vmVerbCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);
  for (const [name, { endpoint, help, said }] of Object.entries(verbs)) {
    vm.command(name)
      .description(vmMessages[cli.language === 'zh-CN' ? 'zh' : 'en'][help])
      .argument('<vms...>', t('argVms'))
      .option('--no-wait', cli.t('noWaitOption'))
      .action((namesOrIds: string[], options: WaitOptions) =>
        runVerb(cli, namesOrIds, options, {
          act: (client, vmId) => client(endpoint, { params: { vmId } }),
          said: (vmName) => t(said, { name: vmName }),
        }),
      );
  }
}

export async function runVerb(
  cli: Cli,
  namesOrIds: readonly string[],
  options: WaitOptions,
  { act, said }: { act: (client: Client, vmId: string) => Promise<Accepted>; said: (name: string) => string },
): Promise<void> {
  const client = await cli.client();
  // A name that is wrong is told before anything is done.
  const vms = await Promise.all(namesOrIds.map((nameOrId) => find(cli, 'vm', nameOrId)));
  const targets = vms.map(({ id, name }) => ({ name, start: () => act(client, id) }));
  await runMany(cli, options, targets, said);
}
