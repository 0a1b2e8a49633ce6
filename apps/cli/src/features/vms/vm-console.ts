/** A VM's screen and serial line from a terminal. */
import { type ConsoleCloseReason, type ConsoleTicket, consoleCloseCodes } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Refusal } from '../../app/failures.ts';
import { find } from '../../app/lookup.ts';
import { translator } from '../../words/i18n.ts';
import { closeMessages } from '../../words/vms.messages.ts';
import { serialLine } from './serial-line.ts';
import { vmMessages } from './vm.messages.ts';

export function vmConsoleCommands(vm: Command, cli: Cli): void {
  const t = translator(vmMessages, cli.language);

  vm.command('console')
    .description(t('console'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const { client, url } = await cli.connection();
      const { id, name } = await find(cli, 'vm', nameOrId);
      const ticket = await client('vmSerialConsole', { params: { vmId: id } });
      const ending = await serialLine(openSocket(url, ticket), cli.io, () =>
        cli.print.notice(t('connected', { name })),
      );
      if (ending.kind === 'never_opened') throw new Refusal(t('consoleRefused', { url }));
      if (ending.kind === 'left') return cli.print.notice(t('left'));
      const reason = closeReasonOf(ending.code);
      if (reason === null) throw new Refusal(t('consoleLost'));
      const text = translator(closeMessages, cli.language)(reason);
      // A VM that was shut down ends its console: that is how it should be.
      if (reason !== 'vm_stopped') throw new Refusal(text);
      cli.print.notice(text);
    });

  vm.command('desktop')
    .description(t('desktop'))
    .argument('<vm>', t('argVm'))
    .action(async (nameOrId: string) => {
      const { url } = await cli.connection();
      const { id } = await find(cli, 'vm', nameOrId);
      const page = `${url}/vms/${id}/desktop`;
      if (cli.print.mode === 'json') cli.print.json({ vmId: id, url: page });
      else cli.print.raw(page);
    });
}

/** The ticket travels as a subprotocol, so that no log has it; the Origin is the address that was logged in to. */
function openSocket(url: string, { path, ticket }: ConsoleTicket): WebSocket {
  const address = url.replace(/^http/, 'ws') + path;
  const options = { protocols: ['loucloud', `ticket.${ticket}`], headers: { origin: new URL(url).origin } };
  // Node's WebSocket takes options where a browser's takes the protocols alone, which is what the type knows.
  return new WebSocket(address, options as unknown as string[]);
}

function closeReasonOf(code: number): ConsoleCloseReason | null {
  const reasons: Readonly<Record<number, ConsoleCloseReason>> = consoleCloseCodes;
  return reasons[code] ?? null;
}
