/** Makes a token and shows its secret, once: this dialog is not closed by a stray click or key. */
import { useState } from 'react';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { accountMessages } from './account.messages.ts';

const NEVER = 'never';
const lifetimes = ['30', '90', '365', NEVER] as const;
const FIRST: { name: string; expiresInDays: (typeof lifetimes)[number] } = { name: '', expiresInDays: '90' };

export function NewTokenDialog({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const t = useT(accountMessages);
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm('tokenCreate', {
    initial: FIRST,
    request: ({ name, expiresInDays }) => ({
      body: { name, expiresInDays: expiresInDays === NEVER ? null : Number(expiresInDays) },
    }),
    onDone: (reply) => {
      setSecret(reply.secret);
      onMade();
    },
  });
  if (secret !== null) return <SecretDialog secret={secret} onClose={onClose} />;
  return (
    <FormDialog title={t('newToken')} form={form} submitLabel={t('create')} onClose={onClose}>
      <TextField
        field={form.field('name')}
        label={t('tokenName')}
        hint={t('tokenNameHint')}
        isRequired
        autoFocus
      />
      <SelectField
        field={form.field('expiresInDays')}
        label={t('expires')}
        options={lifetimes.map((value) => ({
          value,
          label: value === NEVER ? t('expiresNever') : t('expiresDays', { days: Number(value) }),
        }))}
      />
    </FormDialog>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useT(accountMessages);
  return (
    <Modal title={t('secretTitle')} isSticky>
      <div className="modal-body">
        <p>{t('secretHint')}</p>
        <div className="input-group">
          <input
            className="form-control font-monospace"
            readOnly
            value={secret}
            aria-label={t('secretTitle')}
            autoFocus
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={secret} label={t('copy')} className="btn" />
        </div>
      </div>
      <div className="modal-footer">
        <button type="button" className="btn btn-primary" onClick={onClose}>
          {t('secretDone')}
        </button>
      </div>
    </Modal>
  );
}
