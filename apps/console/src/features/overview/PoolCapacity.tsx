/** All servers as one pool. */
import type { Overview } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { overviewMessages } from './overview.messages.ts';
import { runsOutFirst } from './runs-out-first.ts';

type Hosts = Overview['hosts'];

export function PoolCapacity({ hosts }: { hosts: Hosts }) {
  const t = useT(overviewMessages);
  const format = useFormat();
  const sum = (pick: (host: Hosts[number]) => number) => hosts.reduce((total, host) => total + pick(host), 0);
  return (
    <section className="card h-100">
      <div className="card-header">
        <div>
          <h2 className="card-title">{t('capacity')}</h2>
          <p className="card-subtitle m-0">{t('capacityHint')}</p>
        </div>
      </div>
      <div className="card-body d-grid gap-3 align-content-start">
        <RunsOut hosts={hosts} />
        <UsageMeter
          label={t('vcpus')}
          used={sum(({ vcpus }) => vcpus.reserved)}
          limit={sum(({ vcpus }) => vcpus.capacity)}
          amount={format.number}
        />
        <UsageMeter
          label={t('memory')}
          used={sum(({ memoryMib }) => memoryMib.reserved)}
          limit={sum(({ memoryMib }) => memoryMib.capacity)}
          amount={format.mib}
        />
        <UsageMeter
          label={t('disk')}
          used={sum(({ disk }) => disk.reserved)}
          limit={sum(({ disk }) => disk.capacity)}
          amount={format.bytes}
          note={t('diskFree', { amount: format.bytes(sum(({ disk }) => disk.available)) })}
        />
      </div>
    </section>
  );
}

function RunsOut({ hosts }: { hosts: Hosts }) {
  const t = useT(overviewMessages);
  const ui = useT(uiMessages);
  const format = useFormat();
  const first = runsOutFirst(hosts);
  if (first === null) return null;
  const amount = first.resource === 'vcpus' ? format.number : format.bytes;
  return (
    <p className="m-0">
      <strong>{t('runsOutFirst', { resource: t(first.resource) })}</strong>
      {ui('betweenSentences')}
      <span className="text-secondary">
        {t('runsOutNote', { percent: format.percent(first.share), amount: amount(first.left) })}
        {first.host !== null &&
          ui('betweenSentences') +
            t('runsOutHost', { name: first.host, percent: format.percent(first.hostShare) })}
      </span>
    </p>
  );
}
