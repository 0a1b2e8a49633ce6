import type { Host } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Time } from '../../ui/Time.tsx';
import { hostsMessages } from './hosts.messages.ts';

export function HostFacts({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('facts')}</h2>
      </div>
      <div className="card-body">
        <Facts
          facts={[
            { label: t('hostname'), value: host.hostname || '–' },
            {
              label: t('address'),
              value: (
                <>
                  <code>{host.uri}</code> <CopyButton text={host.uri} />
                </>
              ),
            },
            { label: t('cpu'), value: host.cpuModel ? `${host.cpuModel} (${host.arch})` : host.arch || '–' },
            {
              label: t('acceleration'),
              value: host.accelerator === 'tcg' ? <Badge tone="warning">{t('tcg')}</Badge> : t('kvm'),
            },
            { label: t('versions'), value: `${host.libvirtVersion || '–'} / ${host.qemuVersion || '–'}` },
            { label: t('pool'), value: <code>{host.poolName}</code> },
            { label: t('added'), value: <Time at={host.createdAt} /> },
          ]}
        />
      </div>
    </section>
  );
}
