/** commander, speaking the reader's language: its headings, its hints and its errors. */
import { Command, CommanderError, type ErrorOptions, type HelpConfiguration, type Option } from 'commander';
import { displayWidth, wrap } from '../output/width.ts';
import type { Translate } from '../words/i18n.ts';
import type { usageMessages } from '../words/usage.messages.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './failures.ts';

type Words = Translate<(typeof usageMessages)['en']>;

export class LocalCommand extends Command {
  readonly #cli: Cli;

  constructor(cli: Cli, name?: string) {
    super(name);
    this.#cli = cli;
    this.helpOption('-h, --help', cli.usage('help'));
    this.helpCommand(false);
    this.configureHelp(helpIn(cli.usage));
    this.configureOutput({
      writeOut: (text) => void cli.io.stdout.write(text),
      writeErr: (text) => void cli.io.stderr.write(text),
      getOutHelpWidth: () => cli.io.stdout.columns || 80,
      getErrHelpWidth: () => cli.io.stderr.columns || 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    this.exitOverride((error) => {
      throw error;
    });
  }

  override createCommand(name?: string): Command {
    return new LocalCommand(this.#cli, name);
  }

  /** commander writes English sentences; what they quote is all that we take from them. */
  override error(message: string, options: ErrorOptions = {}): never {
    const text = usageText(message, options.code ?? '', this.#cli.usage);
    throw new UsageError(`${text}\n${this.#cli.usage('seeHelp', { command: pathOf(this) })}`);
  }
}

/** commander's way of saying that all has been done: help or version was printed. */
export const isDone = (error: unknown): error is CommanderError =>
  error instanceof CommanderError && error.exitCode === 0;

export const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

function usageText(message: string, code: string, t: Words): string {
  const [first = '', second = ''] = [...message.matchAll(/'([^']*)'/g)].map(([, quoted = '']) => quoted);
  const [, suggestion] = /\(Did you mean (?:one of )?(.*)\?\)$/.exec(message) ?? [];
  const meant = suggestion === undefined ? '' : ` ${t('didYouMean', { suggestion })}`;
  const [, choices = ''] = /Allowed choices are (.*)\.$/.exec(message) ?? [];
  const [, excess = ''] = /but got \d+: (.*)\.$/s.exec(message) ?? [];
  switch (code) {
    case 'commander.missingArgument':
      return t('missingArgument', { name: first });
    case 'commander.optionMissingArgument':
      return t('optionMissingArgument', { option: first });
    case 'commander.missingMandatoryOptionValue':
      return t('missingOption', { option: first });
    case 'commander.conflictingOption':
      return t('conflictingOption', { first, second });
    case 'commander.unknownOption':
      return t('unknownOption', { option: first }) + meant;
    case 'commander.unknownCommand':
      return t('unknownCommand', { command: first }) + meant;
    case 'commander.excessArguments':
      return t('excessArguments', { arguments: excess });
    case 'commander.invalidArgument':
      return t('badChoice', { option: first, value: second, choices });
    default:
      return message;
  }
}

function helpIn(t: Words): HelpConfiguration {
  const headings: Readonly<Record<string, string>> = {
    'Usage:': t('headingUsage'),
    'Arguments:': t('headingArguments'),
    'Options:': t('headingOptions'),
    'Global Options:': t('headingGlobalOptions'),
    'Commands:': t('headingCommands'),
  };
  const placeholders = (text: string) =>
    text.replace('[options]', t('placeholderOptions')).replace('[command]', t('placeholderCommand'));
  const described = ({
    description,
    argChoices,
    defaultValue,
  }: Pick<Option, 'description' | 'argChoices' | 'defaultValue'>) => {
    const extra = [
      ...(argChoices ? [t('choices', { choices: argChoices.join(', ') })] : []),
      ...(typeof defaultValue === 'string' ? [t('default', { value: defaultValue })] : []),
    ];
    return extra.length === 0 ? description : `${description} (${extra.join('; ')})`;
  };
  return {
    showGlobalOptions: true,
    styleTitle: (text) => headings[text] ?? text,
    styleUsage: placeholders,
    subcommandTerm: (command) => {
      const names = command.registeredArguments.map((argument) => {
        const name = argument.variadic ? `${argument.name()}...` : argument.name();
        return argument.required ? `<${name}>` : `[${name}]`;
      });
      return [command.name(), ...names].join(' ');
    },
    optionDescription: described,
    argumentDescription: (argument) =>
      described({
        description: argument.description,
        argChoices: argument.argChoices,
        defaultValue: argument.defaultValue,
      } as Option),
    displayWidth: (text) => displayWidth(text),
    boxWrap: (text, width) => wrap(text, width),
  };
}
