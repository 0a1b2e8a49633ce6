import type { User } from '@loucloud/api';
import { useState } from 'react';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { NewPasswordField } from './NewPasswordField.tsx';
import { PasswordOnce } from './PasswordOnce.tsx';
import { usersMessages } from './users.messages.ts';

export function NewPasswordDialog({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const t = useT(usersMessages);
  const [set, setSet] = useState<string | null>(null);
  const form = useForm('userUpdate', {
    initial: { password: '' },
    request: (body) => ({ params: { userId: id }, body }),
    onDone: (_, { password }) => setSet(password),
  });
  if (set !== null) {
    return (
      <Modal title={t('passwordSet', { name })} onClose={onClose} isSticky>
        <PasswordOnce name={name} password={set} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <FormDialog
      title={t('newPasswordFor', { name })}
      form={form}
      submitLabel={t('setPassword')}
      onClose={onClose}
    >
      <p>{t('passwordEnds', { name })}</p>
      <NewPasswordField field={form.field('password')} autoFocus />
    </FormDialog>
  );
}
