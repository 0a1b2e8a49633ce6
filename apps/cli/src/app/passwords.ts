/** Where a password comes from: a terminal, the standard input, or chance. */
import { randomInt } from 'node:crypto';
import { askSecret, readFirstLine } from './ask.ts';
import type { Cli } from './cli.ts';
import { Refusal, UsageError } from './failures.ts';

export interface PasswordOptions {
  readonly passwordStdin?: true;
  readonly generate?: true;
}

/** Without those that are easily taken for another: 0 O, 1 l I. */
const ALPHABET = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** As the contract's `Password` has it: said here before anything is sent. */
const MIN_LENGTH = 8;
const GENERATED_LENGTH = 20; // 116 bits

/** A password that exists already. */
export async function existingPassword(cli: Cli, options: PasswordOptions, prompt: string): Promise<string> {
  const password = options.passwordStdin ? await readFirstLine(cli.io) : await typed(cli, prompt);
  if (password === '') throw new Refusal(cli.usage('emptyPassword'));
  return password;
}

/** A password to be: typed twice, or read, or made. */
export async function newPassword(cli: Cli, options: PasswordOptions): Promise<string> {
  if (options.generate) return generatePassword();
  if (options.passwordStdin) return checkedPassword(cli, await readFirstLine(cli.io));
  const password = checkedPassword(cli, await typed(cli, cli.t('newPasswordPrompt')));
  if ((await typed(cli, cli.t('againPrompt'))) !== password) throw new Refusal(cli.usage('passwordsDiffer'));
  return password;
}

const generatePassword = (): string =>
  Array.from({ length: GENERATED_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

async function typed(cli: Cli, prompt: string): Promise<string> {
  if (cli.io.stdin.isTTY !== true) throw new UsageError(cli.usage('noTerminal'));
  return askSecret(cli.io, prompt);
}

export function checkedPassword(cli: Cli, password: string): string {
  if (password === '') throw new Refusal(cli.usage('emptyPassword'));
  if (password.length < MIN_LENGTH) throw new Refusal(cli.usage('shortPassword'));
  return password;
}
