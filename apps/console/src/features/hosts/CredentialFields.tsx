/** What LouCloud is to log in to a server with; over SSH, with its own key, nothing secret need be typed at all. */
import type { HostTransport } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import type { Form } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Command } from '../../ui/Command.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { ChoiceField, PasswordField } from '../../ui/fields.tsx';
import { PemField } from './PemField.tsx';
import { type CredentialValues, sshLogins } from './credential-values.ts';
import { hostAccessMessages } from './host-access.messages.ts';

interface CredentialFieldsProps {
  readonly form: Pick<Form<CredentialValues>, 'values' | 'field'>;
  readonly transport: HostTransport;
  /** As whom; '' where it is not known yet. */
  readonly username: string;
}

export function CredentialFields({ form, transport, username }: CredentialFieldsProps) {
  const t = useT(hostAccessMessages);
  if (transport === 'local') return null;
  if (transport === 'tls') return <CertificateFields form={form} />;
  const { login } = form.values;
  return (
    <>
      <ChoiceField
        field={form.field('login')}
        label={t('login')}
        options={sshLogins.map((value) => ({ value, label: t(value) }))}
      />
      {login === 'ownKey' && <OwnKey username={username} />}
      {login === 'privateKey' && (
        <>
          <PemField
            field={form.field('privateKey')}
            label={t('privateKey')}
            hint={t('privateKeyHint')}
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
          />
          <PasswordField
            field={form.field('passphrase')}
            label={t('passphrase')}
            hint={t('passphraseHint')}
            autoComplete="new-password"
          />
        </>
      )}
      {login === 'password' && (
        <PasswordField
          field={form.field('password')}
          label={t('password')}
          hint={t('passwordHint')}
          autoComplete="new-password"
          isRequired
        />
      )}
    </>
  );
}

function CertificateFields({ form }: Pick<CredentialFieldsProps, 'form'>) {
  const t = useT(hostAccessMessages);
  return (
    <>
      <PemField
        field={form.field('ca')}
        label={t('ca')}
        hint={t('caHint')}
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <PemField
        field={form.field('certificate')}
        label={t('certificate')}
        hint={t('certificateHint')}
        placeholder="-----BEGIN CERTIFICATE-----"
      />
      <PemField
        field={form.field('key')}
        label={t('key')}
        hint={t('keyHint')}
        placeholder="-----BEGIN PRIVATE KEY-----"
      />
    </>
  );
}

function OwnKey({ username }: { username: string }) {
  const t = useT(hostAccessMessages);
  const { data, error, refetch } = useQuery(query('sshKeyGet'));
  if (error && !data) return <LoadProblem error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="late placeholder-glow mb-3" aria-hidden="true">
        <span className="placeholder col-12" />
      </div>
    );
  }
  return (
    <div className="own-key">
      <div className="form-hint">{t('ownKeyRun', { user: username === '' ? t('theUser') : username })}</div>
      <Command text={installCommand(data.publicKey)} />
      <div className="form-hint">{t('ownKeyLine')}</div>
      <Command text={data.publicKey} />
    </div>
  );
}

/** Folder and file come to be as sshd wants them, and what stands in the file stays. */
const installCommand = (publicKey: string): string =>
  `install -d -m 700 ~/.ssh && echo '${publicKey}' >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`;
