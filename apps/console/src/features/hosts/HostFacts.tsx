import type { CredentialKind, Host } from '@loucloud/api';
import { useState } from 'react';
import { useT } from '../../app/language.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { type Fact, Facts } from '../../ui/Facts.tsx';
import { Time } from '../../ui/Time.tsx';
import { CredentialsDialog } from './CredentialsDialog.tsx';
import { hostAccessMessages } from './host-access.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

export function HostFacts({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const access = useAccessFacts(host);
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
            ...access,
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

const kindWords = {
  ownKey: 'ownKey',
  privateKey: 'privateKeyKind',
  password: 'password',
  certificate: 'certificateKind',
} as const satisfies Record<CredentialKind, string>;

/** How LouCloud gets in, and by what it knows the server; of this machine there is nothing to say. */
function useAccessFacts(host: Host): readonly Fact[] {
  const t = useT(hostAccessMessages);
  const { credentialKind, hostKey } = host;
  if (credentialKind === null) return [];
  const login = { label: t('login'), value: <LoginFact host={host} /> };
  if (hostKey === null) return [login];
  const { type, fingerprint } = hostKey;
  const key = (
    <>
      {type} <code>{fingerprint}</code> <CopyButton text={fingerprint} />
    </>
  );
  return [login, { label: t('hostKey'), value: key }];
}

function LoginFact({ host }: { host: Host }) {
  const t = useT(hostAccessMessages);
  const [isOpen, setIsOpen] = useState(false);
  const { credentialKind } = host;
  return (
    <>
      {credentialKind !== null && t(kindWords[credentialKind])}{' '}
      <button type="button" className="btn-plain" onClick={() => setIsOpen(true)}>
        {t('changeLogin')}
      </button>
      {isOpen && <CredentialsDialog host={host} onClose={() => setIsOpen(false)} />}
    </>
  );
}
