import type { User } from '@loucloud/api';
import { useState } from 'react';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { SubmitButton } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { NewPasswordField } from './NewPasswordField.tsx';
import { PasswordOnce } from './PasswordOnce.tsx';
import { usersMessages } from './users.messages.ts';

export function NewPasswordDialog({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const t = useT(usersMessages);
  const ui = useT(uiMessages);
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
    <Modal title={t('newPasswordFor', { name })} onClose={onClose} isSticky={form.isChanged}>
      <form {...form.props}>
        <div className="modal-body">
          <p>{t('passwordEnds', { name })}</p>
          <ProblemAlert error={form.error} />
          <NewPasswordField field={form.field('password')} autoFocus />
        </div>
        <div className="modal-footer">
          <button type="button" className="btn me-auto" onClick={onClose}>
            {ui('cancel')}
          </button>
          <SubmitButton isPending={form.isPending}>{t('setPassword')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
