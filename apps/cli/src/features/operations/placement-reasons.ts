/** Which server a VM was put on and by what, and what was in the way on each of the others. */
import type { Placement } from '@loucloud/api';
import type { Cli } from '../../app/cli.ts';
import { formatMib } from '../../output/format.ts';
import { withDetails } from '../../words/error-text.ts';
import { translator, word } from '../../words/i18n.ts';
import { refusalMessages } from '../../words/placement.messages.ts';
import { operationCommandMessages } from './operation.messages.ts';

export function printPlacement(cli: Cli, { candidates, refusals }: Placement): void {
  const t = translator(operationCommandMessages, cli.language);
  const points = (score: number) => score.toFixed(2);
  cli.print.line('');
  cli.print.table<Placement['candidates'][number]>(
    [
      { header: cli.t('host'), value: ({ name }) => name },
      { header: t('points'), value: ({ score }) => points(score.total), align: 'right' },
      {
        header: t('freeMemory'),
        value: ({ freeMemoryMib, score }) => `${formatMib(freeMemoryMib)} +${points(score.memory)}`,
        align: 'right',
      },
      {
        header: t('image'),
        value: ({ hasImage, score }) => `${cli.t(hasImage ? 'yes' : 'no')} +${points(score.image)}`,
        align: 'right',
      },
      {
        header: cli.t('vms'),
        value: ({ vmCount, score }) => `${vmCount} +${points(score.spread)}`,
        align: 'right',
      },
    ],
    candidates,
  );
  for (const refusal of refusals) cli.print.line(t('leftOut', refusalOf(cli, refusal)));
}

const refusalOf = ({ language }: Cli, { name, reason, details }: Placement['refusals'][number]) => ({
  name,
  reason: withDetails(word(refusalMessages, reason, language), details, language),
});
