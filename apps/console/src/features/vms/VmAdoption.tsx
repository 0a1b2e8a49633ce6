/** What LouCloud cannot do for a machine that it did not make, said plainly. */
import type { Adoption } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { limitMessages } from '../../words/outside.messages.ts';
import { outsideMessages } from './outside.messages.ts';

export function VmAdoption({ adoption }: { adoption: Adoption }) {
  const t = useT(outsideMessages);
  return (
    <section className="card">
      <div className="card-body">
        <h2 className="card-title">{t('adopted')}</h2>
        <AdoptionFacts adoption={adoption} />
      </div>
    </section>
  );
}

export function AdoptionFacts({ adoption: { limits, disks } }: { adoption: Adoption }) {
  const t = useT(outsideMessages);
  const words = useT(limitMessages);
  const format = useFormat();
  return (
    <>
      <p className="mb-2">{limits.length > 0 ? t('adoptedHint') : t('adoptedWhole')}</p>
      {limits.length > 0 && (
        <ul className="mb-2">
          {limits.map((limit) => (
            <li key={limit}>{words(limit)}</li>
          ))}
        </ul>
      )}
      {disks.length > 0 && (
        <dl className="m-0">
          <dt>{t('disks')}</dt>
          {disks.map(({ target, path, sizeBytes }) => (
            <dd key={target} className="m-0 text-break">
              <code>{path || target}</code>{' '}
              {sizeBytes > 0 && <span className="text-secondary text-nowrap">{format.bytes(sizeBytes)}</span>}
            </dd>
          ))}
        </dl>
      )}
    </>
  );
}
