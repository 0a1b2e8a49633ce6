import { type Host, type HostHealth, availabilityOf } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { healthMessages } from '../../words/hosts.messages.ts';
import { availabilityMessages } from '../../words/placement.messages.ts';

const tones = {
  connecting: 'info',
  healthy: 'success',
  degraded: 'warning',
  unreachable: 'danger',
} as const satisfies Record<HostHealth, Tone>;

export function HealthBadge(host: Pick<Host, 'health' | 'isEnabled' | 'isInMaintenance'>) {
  const t = useT(healthMessages);
  const availabilities = useT(availabilityMessages);
  const { health } = host;
  const availability = availabilityOf(host);
  return (
    <span className="d-inline-flex flex-wrap gap-1">
      <Badge tone={tones[health]} isBusy={health === 'connecting'}>
        {t(health)}
      </Badge>
      {availability !== 'open' && (
        <Badge tone={availability === 'maintenance' ? 'info' : 'neutral'}>
          {availabilities(availability)}
        </Badge>
      )}
    </span>
  );
}
