/** Which server was chosen and by what, and what was in the way on each of the others. */
import type { Placement } from '@loucloud/api';
import { readableDetails } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { fillSlots } from '../../app/i18n.ts';
import { useLanguage, useT } from '../../app/language.tsx';
import { refusalMessages } from '../../words/placement.messages.ts';
import { operationsPageMessages } from './operations.messages.ts';

export function PlacementReasons({ placement }: { placement: Placement }) {
  const t = useT(operationsPageMessages);
  const { chosen, candidates, candidateCount = candidates.length, refusals } = placement;
  const left = candidateCount - 1;
  return (
    <section className="mt-3">
      <h3 className="subheader">{t('placement')}</h3>
      <p className="mb-2">
        {left > 0 ? t('placedBest', { name: chosen, count: left }) : t('placedOnly', { name: chosen })}
      </p>
      {left > 0 && <Scores candidates={candidates} chosen={chosen} />}
      {refusals.length > 0 && (
        <>
          <div className="text-secondary small">{t('leftOut')}</div>
          <ul className="mb-0">
            {refusals.map((refusal) => (
              <Refusal key={refusal.name} refusal={refusal} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Scores({ candidates, chosen }: Pick<Placement, 'candidates' | 'chosen'>) {
  const t = useT(operationsPageMessages);
  const format = useFormat();
  return (
    <div className="table-responsive mb-2">
      <table className="table table-sm mb-0">
        <thead>
          <tr>
            <th scope="col">{t('server')}</th>
            <th scope="col">{t('freeMemory')}</th>
            <th scope="col">{t('image')}</th>
            <th scope="col">{t('vmsThere')}</th>
            <th scope="col">{t('score')}</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map(({ name, score, freeMemoryMib, hasImage, vmCount }) => (
            <tr key={name} className={name === chosen ? 'fw-medium' : ''}>
              <td className="text-break">{name}</td>
              <td className="text-nowrap">{withPoints(format.mib(freeMemoryMib), score.memory)}</td>
              <td className="text-nowrap">
                {withPoints(t(hasImage ? 'imageThere' : 'imageNotThere'), score.image)}
              </td>
              <td className="text-nowrap">{withPoints(format.number(vmCount), score.spread)}</td>
              <td className="tabular">{points(score.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Refusal({ refusal: { name, reason, details } }: { refusal: Placement['refusals'][number] }) {
  const t = useT(operationsPageMessages);
  const { language } = useLanguage();
  const texts: Readonly<Record<string, string>> =
    language === 'zh-CN' ? refusalMessages.zh : refusalMessages.en;
  const text = fillSlots(texts[reason] ?? reason, readableDetails(details, language), language);
  return <li className="text-break">{t('refusal', { name, reason: text })}</li>;
}

const points = (score: number): string => score.toFixed(2);
const withPoints = (fact: string, score: number) => (
  <>
    {fact} <span className="text-secondary small tabular">+{points(score)}</span>
  </>
);
