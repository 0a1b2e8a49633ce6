/** What LouCloud is to log in to a server with: from files, or typed unseen; never from the command line. */
import { readFile } from 'node:fs/promises';
import type { HostCredentials } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Refusal, UsageError } from '../../app/failures.ts';
import { existingPassword } from '../../app/passwords.ts';
import { translator } from '../../words/i18n.ts';
import { hostAccessMessages } from './host-access.messages.ts';

export interface AccessOptions {
  readonly ownKey?: true;
  readonly privateKey?: string;
  readonly askPassphrase?: true;
  readonly askPassword?: true;
  readonly secretStdin?: true;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly hostKey?: string;
}

export function withAccessOptions(command: Command, cli: Cli): Command {
  const t = translator(hostAccessMessages, cli.language);
  return command
    .option('--own-key', t('ownKey'))
    .option('--private-key <file>', t('privateKey'))
    .option('--ask-passphrase', t('askPassphrase'))
    .option('--ask-password', t('askPassword'))
    .option('--secret-stdin', t('secretStdin'))
    .option('--ca <file>', t('ca'))
    .option('--certificate <file>', t('certificate'))
    .option('--key <file>', t('key'))
    .option('--host-key <fingerprint>', t('hostKey'));
}

/** undefined: none were given. */
export async function readCredentials(
  cli: Cli,
  options: AccessOptions,
): Promise<HostCredentials | undefined> {
  const t = translator(hostAccessMessages, cli.language);
  const { ownKey, privateKey, askPassphrase, askPassword, secretStdin, ca, certificate, key } = options;
  const isTls = ca !== undefined || certificate !== undefined || key !== undefined;
  const isPassword = askPassword === true || (secretStdin === true && privateKey === undefined);
  const kinds = [ownKey === true, privateKey !== undefined, isPassword, isTls].filter(Boolean);
  if (kinds.length > 1) throw new UsageError(t('oneKind'));
  if (ownKey) return { kind: 'ownKey' };
  const secret = (prompt: string) =>
    existingPassword(cli, secretStdin ? { passwordStdin: true } : {}, prompt);
  if (privateKey !== undefined) {
    const given = { kind: 'privateKey', privateKey: await read(cli, privateKey) } as const;
    return askPassphrase || secretStdin
      ? { ...given, passphrase: await secret(t('passphrasePrompt')) }
      : given;
  }
  if (isPassword) return { kind: 'password', password: await secret(t('passwordPrompt')) };
  if (!isTls) return undefined;
  if (ca === undefined || certificate === undefined || key === undefined) throw new UsageError(t('allThree'));
  return {
    kind: 'certificate',
    ca: await read(cli, ca),
    certificate: await read(cli, certificate),
    key: await read(cli, key),
  };
}

async function read(cli: Cli, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const t = translator(hostAccessMessages, cli.language);
    throw new Refusal(t('unreadable', { path, reason: (error as Error).message }));
  }
}
