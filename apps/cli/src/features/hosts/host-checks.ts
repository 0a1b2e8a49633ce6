/** What a server's checks found, each with what to do about it. */
import type { HostCheck, Operation } from '@loucloud/api';
import type { Cli } from '../../app/cli.ts';
import { formatAmount } from '../../output/format.ts';
import { detailMessages } from '../../words/details.messages.ts';
import {
  checkMessages,
  checkNameMessages,
  fixMessages,
  outcomeMessages,
} from '../../words/hosts.messages.ts';
import { translator, word } from '../../words/i18n.ts';
import { hostMessages } from './host.messages.ts';

export function printChecks(cli: Cli, checks: readonly HostCheck[]): void {
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
  for (const { outcome, code } of checks) {
    const fix = outcome === 'ok' ? '' : word(fixMessages, code, cli.language);
    if (fix !== '' && fix !== code) cli.print.line(t('fix', { fix }));
  }
}

/** The checks that an operation has run; the server keeps them in its result. */
export function checksOf({ result }: Operation): HostCheck[] {
  const { checks } = result;
  return Array.isArray(checks) ? (checks as HostCheck[]) : []; // as host.add and host.check report them
}

function foundText({ language }: Cli, { code, details }: HostCheck): string {
  const facts = Object.entries(details).map(([key, value]) => {
    const text = typeof value === 'number' ? formatAmount(key, value) : String(value);
    return `${word(detailMessages, key, language)}: ${text}`;
  });
  const sentence = word(checkMessages, code, language);
  return facts.length === 0 ? sentence : `${sentence} (${facts.join('; ')})`;
}
