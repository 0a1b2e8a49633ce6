/** What the admin should know about a server before anything else. */
import type { Host } from '@loucloud/api';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Banner } from './Banner.tsx';
import { checkId } from './Checks.tsx';
import { HealthBanner } from './HealthBanner.tsx';
import { hostsMessages } from './hosts.messages.ts';
import { poolFullness } from './pool-fullness.ts';

export function HostBanners({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const { id, health, isEnabled, isInMaintenance, accelerator, conflictCount } = host;
  return (
    <>
      {health === 'connecting' && <Banner tone="info" title={t('connecting')} />}
      <HealthBanner host={host} />
      {conflictCount > 0 && (
        <Banner tone="danger" title={t('conflicts', { count: conflictCount })}>
          {t('conflictsHint')} <Link to={`/leftovers?hostId=${id}`}>{t('conflictsLink')}</Link>
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
  const check = host.checks.find(({ name }) => name === 'accelerator');
  return (
    <Banner tone="warning" title={t('emulated')}>
      {check && check.outcome !== 'ok' && <a href={`#${checkId(check.name)}`}>{t('emulatedWhy')}</a>}
    </Banner>
  );
}
