/** All commands. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Cli } from './app/cli.ts';
import { LocalCommand } from './app/command.ts';
import { auditCommands } from './features/audit/audit-commands.ts';
import { boxCommands, imageBuildCommand } from './features/box/box-commands.ts';
import { classCommands } from './features/classes/class-commands.ts';
import { hostCommands } from './features/hosts/host-commands.ts';
import { imageCommands } from './features/images/image-commands.ts';
import { leftoverCommands } from './features/leftovers/leftover-commands.ts';
import { networkCommands } from './features/networks/network-commands.ts';
import { operationCommands } from './features/operations/operation-commands.ts';
import { overviewCommands } from './features/overview/overview-commands.ts';
import { sessionCommands } from './features/sessions/session-commands.ts';
import { settingCommands } from './features/settings/setting-commands.ts';
import { templateCommands } from './features/templates/template-commands.ts';
import { meCommands } from './features/me/me-commands.ts';
import { userCommands } from './features/users/user-commands.ts';
import { vmCommands } from './features/vms/vm-commands.ts';

export function createProgram(cli: Cli, commandLine: readonly string[]): Command {
  const { usage } = cli;
  const program = new LocalCommand(cli, 'loucloud')
    .description(usage('about'))
    .version(versionOf(), '-V, --version', usage('version'))
    .helpCommand('help [command]', usage('helpCommand'))
    .option('--json', usage('json'))
    .option('-q, --quiet', usage('quiet'))
    .addHelpText('after', `\n${usage('environment')}`);
  program.hook('preAction', (_, command) => {
    const { json, quiet } = command.optsWithGlobals<{ json?: true; quiet?: true }>();
    cli.print.mode = json ? 'json' : quiet ? 'quiet' : 'text';
  });

  program.commandsGroup(usage('groupMachines'));
  vmCommands(program, cli);
  operationCommands(program, cli);
  templateCommands(program, cli);
  classCommands(program, cli);

  program.commandsGroup(usage('groupSelf'));
  sessionCommands(program, cli);
  meCommands(program, cli);

  program.commandsGroup(usage('groupCloud'));
  overviewCommands(program, cli);
  userCommands(program, cli);
  hostCommands(program, cli);
  leftoverCommands(program, cli);
  imageBuildCommand(imageCommands(program, cli), cli, commandLine);
  networkCommands(program, cli);
  settingCommands(program, cli);
  auditCommands(program, cli);

  program.commandsGroup(usage('groupBox'));
  boxCommands(program, cli, commandLine);
  return program;
}

function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
