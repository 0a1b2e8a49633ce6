/** Why a server is not as it should be, since when, and what helps. Another SSH key is taken only by the admin's word. */
import { type CheckCode, type Host, checkCodes } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { TIME, TimeIn } from '../../ui/Time.tsx';
import { AcceptKeyDialog } from './AcceptKeyDialog.tsx';
import { Banner } from './Banner.tsx';
import { Fix } from './Checks.tsx';
import { CredentialsDialog } from './CredentialsDialog.tsx';
import { KeyFacts } from './KeyFacts.tsx';
import { keysOf } from './changed-key.ts';
import { useHealthReason } from './health-reason.ts';
import { healthSince } from './health-since.ts';
import { hostAccessMessages } from './host-access.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

/** What another login may put right. */
const aboutLogin: ReadonlySet<string> = new Set([
  'ssh_authentication_failed',
  'ssh_key_unreadable',
  'tls_untrusted_ca',
  'tls_certificate_missing',
  'tls_refused_our_certificate',
  'tls_our_certificate_expired',
  'tls_certificate_unreadable',
  'libvirt_permission_denied',
  'credentials_unreadable',
]);

export function HealthBanner({ host }: { host: Host }) {
  const t = useT(hostsMessages);
  const sentence = useHealthReason()(host.healthReason);
  const { name, health, healthReason: code, healthDetails: details, transport } = host;
  if (health !== 'unreachable' && health !== 'degraded') return null;
  const said = details['reason'];
  return (
    <Banner tone={health === 'degraded' ? 'warning' : 'danger'} title={t(health, { name })}>
      <div className="d-grid gap-2">
        <div>
          <div>{sentence}</div>
          <Since host={host} />
        </div>
        {code === 'host_key_changed' && <ChangedKey host={host} />}
        {isCheckCode(code) && <Fix check={{ code, details }} transport={transport} />}
        {typeof said === 'string' && said !== '' && (
          <details className="small">
            <summary>{t('serverSays')}</summary>
            <code className="text-break">{said}</code>
          </details>
        )}
        {code !== null && aboutLogin.has(code) && transport !== 'local' && <ChangeLogin host={host} />}
        <div>{health === 'unreachable' ? t('unreachableHint') : t('degradedHint')}</div>
      </div>
    </Banner>
  );
}

const isCheckCode = (code: string | null): code is CheckCode =>
  (checkCodes as readonly (string | null)[]).includes(code);

const RECENT = 50;

function Since({ host: { id, health } }: { host: Host }) {
  const t = useT(hostAccessMessages);
  const format = useFormat();
  const { data } = useQuery(
    query('auditList', {
      query: { type: 'host.healthChanged', objectKind: 'host', objectId: id, sort: '-seq', limit: RECENT },
    }),
  );
  const at = data ? healthSince(data.items, health) : null;
  if (at === null) return null;
  return (
    <div>
      <TimeIn text={t('since', { at: format.dateTime(at), time: TIME })} at={at} />
    </div>
  );
}

function ChangedKey({ host }: { host: Host }) {
  const t = useT(hostAccessMessages);
  const [isAsked, setIsAsked] = useState(false);
  const { expected, seen, type } = keysOf(host);
  return (
    <>
      <KeyFacts
        keys={[
          { label: t('keyBefore'), fingerprint: expected, type: host.hostKey?.type ?? '' },
          { label: t('keyNow'), fingerprint: seen, type },
        ]}
      />
      <div>
        <ActionButton onClick={() => setIsAsked(true)}>{t('acceptKeyLong')}</ActionButton>
      </div>
      {isAsked && <AcceptKeyDialog host={host} onClose={() => setIsAsked(false)} />}
    </>
  );
}

function ChangeLogin({ host }: { host: Host }) {
  const t = useT(hostAccessMessages);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div>
      <ActionButton onClick={() => setIsOpen(true)}>{t('changeLogin')}</ActionButton>
      {isOpen && <CredentialsDialog host={host} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
