import type { Host, HostHealth } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { healthMessages } from '../../words/hosts.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

const tones = {
  connecting: 'info',
  healthy: 'success',
  degraded: 'warning',
  unreachable: 'danger',
} as const satisfies Record<HostHealth, Tone>;

export function HealthBadge({ health, isEnabled = true }: Pick<Host, 'health'> & { isEnabled?: boolean }) {
  const t = useT(healthMessages);
  const hosts = useT(hostsMessages);
  return (
    <span className="d-inline-flex flex-wrap gap-1">
      <Badge tone={tones[health]} isBusy={health === 'connecting'}>
        {t(health)}
      </Badge>
      {!isEnabled && <Badge tone="neutral">{hosts('disabled')}</Badge>}
    </span>
  );
}
