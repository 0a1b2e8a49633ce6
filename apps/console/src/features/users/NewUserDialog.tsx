import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/fields.tsx';
import { NewPasswordField } from './NewPasswordField.tsx';
import { PasswordOnce } from './PasswordOnce.tsx';
import { QuotaFields } from './QuotaFields.tsx';
import { noOwnQuota, quotaOf } from './quota-values.ts';
import { usersMessages } from './users.messages.ts';

const initial = { name: '', displayName: '', password: '', ...noOwnQuota };

export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const t = useT(usersMessages);
  const { data: settings } = useQuery(query('settingsGet'));
  const [made, setMade] = useState<{ name: string; password: string } | null>(null);
  const form = useForm('userCreate', {
    initial,
    request: ({ name, displayName, password, ...quota }) => ({
      body: { name, password, ...(displayName === '' ? {} : { displayName }), ownQuota: quotaOf(quota) },
    }),
    onDone: ({ name }, { password }) => setMade({ name, password }),
  });
  if (made) {
    return (
      <Modal title={t('madeTitle', { name: made.name })} onClose={onClose} isSticky>
        <PasswordOnce {...made} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <FormDialog title={t('addTitle')} form={form} submitLabel={t('createNow')} onClose={onClose}>
      <TextField field={form.field('name')} label={t('name')} hint={t('nameHint')} isRequired autoFocus />
      <TextField field={form.field('displayName')} label={t('displayName')} hint={t('displayNameHint')} />
      <NewPasswordField field={form.field('password')} />
      {settings && (
        <details>
          <summary className="mb-3">{t('quotaMore')}</summary>
          <QuotaFields form={form} byDefault={settings.settings.defaultQuota} />
        </details>
      )}
    </FormDialog>
  );
}
