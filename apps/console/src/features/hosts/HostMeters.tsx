import type { Amounts } from '@loucloud/api';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { hostsMessages } from './hosts.messages.ts';

interface MeterProps {
  readonly reserved: Amounts;
  readonly capacity: Amounts;
}

/** The three in one cell of a table. */
export function HostMeters({ reserved, capacity }: MeterProps) {
  const t = useT(hostsMessages);
  const format = useFormat();
  return (
    <div className="d-flex flex-wrap gap-3">
      <UsageMeter
        isCompact
        label={t('vcpus')}
        used={reserved.vcpus}
        limit={capacity.vcpus}
        amount={format.number}
      />
      <UsageMeter
        isCompact
        label={t('memory')}
        used={reserved.memoryMib}
        limit={capacity.memoryMib}
        amount={format.mib}
      />
      <UsageMeter
        isCompact
        label={t('disk')}
        used={reserved.diskBytes}
        limit={capacity.diskBytes}
        amount={format.bytes}
      />
    </div>
  );
}
