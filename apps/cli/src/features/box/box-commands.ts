/** Commands for the machine that LouCloud runs on. What follows their names is the control plane's to understand. */
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Exit } from '../../app/failures.ts';
import { runControlPlane } from '../../app/local-commands.ts';
import { translator } from '../../words/i18n.ts';
import { imageMessages } from '../images/image.messages.ts';
import { boxMessages } from './box.messages.ts';

export function boxCommands(program: Command, cli: Cli, commandLine: readonly string[]): void {
  const t = translator(boxMessages, cli.language);
  passOn(program.command('serve').description(t('serve')), cli, commandLine, 'serve');
  passOn(program.command('init').description(t('init')), cli, commandLine, 'init');
  passOn(program.command('reset-admin').description(t('resetAdmin')), cli, commandLine, 'reset-admin');
  passOn(
    program.command('backup').argument('<file>', t('argFile')).description(t('backup')),
    cli,
    commandLine,
    'backup',
  );
  passOn(
    program.command('restore').argument('<file>', t('argFile')).description(t('restore')),
    cli,
    commandLine,
    'restore',
  );
  passOn(
    program.command('rebuild').argument('[file]', t('argServers')).description(t('rebuild')),
    cli,
    commandLine,
    'rebuild',
  );
}

export function imageBuildCommand(image: Command, cli: Cli, commandLine: readonly string[]): void {
  const t = translator(imageMessages, cli.language);
  const build = image.command('build').description(t('build')).argument('[image]', t('argBuild'));
  passOn(build, cli, commandLine, 'image');
}

function passOn(command: Command, { io }: Cli, commandLine: readonly string[], first: string): void {
  command
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      throw new Exit(await runControlPlane(commandLine.slice(commandLine.indexOf(first)), io.env));
    });
}
