/** What the admin should know about a server before anything else. */
import type { Host } from '@loucloud/api';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { checkFixMessages, checkMessages } from '../../words/checks.messages.ts';
import { useHealthReason } from './health-reason.ts';
import { hostsMessages } from './hosts.messages.ts';
import { poolFullness } from './pool-fullness.ts';

export function HostBanners({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const healthReason = useHealthReason();
  const { name, health, isEnabled, isInMaintenance, accelerator } = host;
  return (
    <>
      {health === 'connecting' && <Banner tone="info" title={t('connecting')} />}
      {(health === 'unreachable' || health === 'degraded') && (
        <Banner tone={health === 'degraded' ? 'warning' : 'danger'} title={t('notHealthy', { name })}>
          {healthReason(host.healthReason)}{' '}
          {health === 'unreachable' ? t('unreachableHint') : t('degradedHint')}
        </Banner>
      )}
      {!isEnabled && (
        <Banner tone="info" title={t('disabled')}>
          {t('disabledHint')}
        </Banner>
      )}
      {isEnabled && isInMaintenance && (
        <Banner tone="info" title={t('maintenance')}>
          {t('maintenanceHint')}
        </Banner>
      )}
      <StorageBanner host={host} />
      {accelerator === 'tcg' && <EmulationBanner host={host} />}
    </>
  );
}

function StorageBanner({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const format = useFormat();
  const { ratio, isTight, isFull } = poolFullness(host.poolAvailableBytes, host.capacity.diskBytes);
  if (!isTight) return null;
  return (
    <Banner
      tone={isFull ? 'danger' : 'warning'}
      title={t('storageTight', { percent: format.percent(ratio) })}
    >
      {t('storageTightHint', { free: format.bytes(host.poolAvailableBytes) })}
    </Banner>
  );
}

function EmulationBanner({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const sentences = useT(checkMessages);
  const fixes = useT(checkFixMessages);
  const check = host.checks.find(({ name }) => name === 'accelerator');
  return (
    <Banner tone="warning" title={t('emulated')}>
      {check && check.outcome !== 'ok' && (
        <>
          <div>{sentences(check.code)}</div>
          {fixes(check.code) && (
            <div>
              <strong>{t('howToFix')}</strong> {fixes(check.code)}
            </div>
          )}
        </>
      )}
    </Banner>
  );
}

const tones = {
  info: 'alert alert-info',
  warning: 'alert alert-warning',
  danger: 'alert alert-danger',
} as const;

interface BannerProps {
  readonly tone: keyof typeof tones;
  readonly title: string;
  readonly children?: ReactNode;
}

function Banner({ tone, title, children }: BannerProps) {
  const Icon = tone === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={tones[tone]} role={tone === 'danger' ? 'alert' : 'status'}>
      <div className="alert-icon">
        <Icon aria-hidden="true" />
      </div>
      <div>
        <div className="alert-heading">{title}</div>
        {children && <div className="alert-description text-body">{children}</div>}
      </div>
    </div>
  );
}
