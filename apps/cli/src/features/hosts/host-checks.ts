/** What a server's checks found, each with what to do about it. */
import { type HostCheck, type HostTransport, type Operation, fixCommand } from '@loucloud/api';
import type { Cli } from '../../app/cli.ts';
import { checkFixMessages, checkMessages } from '../../words/checks.messages.ts';
import { withDetails } from '../../words/error-text.ts';
import { checkNameMessages, outcomeMessages } from '../../words/hosts.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { hostMessages } from './host.messages.ts';

export function printChecks(cli: Cli, checks: readonly HostCheck[], transport: HostTransport): void {
  const t = translator(hostMessages, cli.language);
  if (checks.length === 0) return;
  cli.print.table<HostCheck>(
    [
      { header: t('checkName'), value: ({ name }) => word(checkNameMessages, name, cli.language) },
      { header: t('outcome'), value: ({ outcome }) => word(outcomeMessages, outcome, cli.language) },
      { header: t('found'), value: (check) => foundText(cli, check) },
    ],
    checks,
  );
  for (const { outcome, code, details } of checks) {
    const fix = outcome === 'ok' ? '' : word(checkFixMessages, code, cli.language);
    if (fix === '' || fix === code) continue;
    cli.print.line(t('fix', { fix }));
    const command = fixCommand(code, transport, details);
    if (command !== null) cli.print.line(`  ${command}`);
  }
}

/** The checks that an operation has run; the server keeps them in its result. */
export function checksOf({ result }: Operation): HostCheck[] {
  const { checks } = result;
  return Array.isArray(checks) ? (checks as HostCheck[]) : []; // as host.add and host.check report them
}

const foundText = ({ language }: Cli, { code, details }: HostCheck): string =>
  withDetails(word(checkMessages, code, language), details, language);
