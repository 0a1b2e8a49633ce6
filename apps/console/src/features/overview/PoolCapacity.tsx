/** All servers as one pool. */
import type { Overview } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { overviewMessages } from './overview.messages.ts';

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
