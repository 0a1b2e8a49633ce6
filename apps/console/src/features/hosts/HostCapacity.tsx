import type { Host } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { VmCount } from './VmCount.tsx';
import { hostsMessages } from './hosts.messages.ts';

export function HostCapacity({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const format = useFormat();
  const { reserved, capacity, physical, poolAvailableBytes } = host;
  const { vcpuOvercommit, memoryOvercommit, systemMemoryMib } = host;
  return (
    <section className="card">
      <div className="card-header flex-wrap gap-2">
        <div>
          <h2 className="card-title">{t('capacity')}</h2>
          <p className="card-subtitle m-0">{t('capacityHint')}</p>
        </div>
        <span className="ms-auto text-secondary text-nowrap">
          <VmCount host={host} />
        </span>
      </div>
      <div className="card-body d-grid gap-3 align-content-start">
        <UsageMeter
          label={t('vcpus')}
          used={reserved.vcpus}
          limit={capacity.vcpus}
          amount={format.number}
          note={t('physicalVcpus', { count: physical.vcpus, ratio: format.number(vcpuOvercommit) })}
        />
        <UsageMeter
          label={t('memory')}
          used={reserved.memoryMib}
          limit={capacity.memoryMib}
          amount={format.mib}
          note={t('physicalMemory', {
            amount: format.mib(physical.memoryMib),
            system: format.mib(systemMemoryMib),
            ratio: format.number(memoryOvercommit),
          })}
        />
        <UsageMeter
          label={t('disk')}
          used={reserved.diskBytes}
          limit={capacity.diskBytes}
          amount={format.bytes}
          note={t('poolFree', { amount: format.bytes(poolAvailableBytes) })}
        />
      </div>
    </section>
  );
}
