/** Over the page that was open when the session ended: it stays as it is, and goes on after the login. */
import { useQueryClient } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { sessionGate } from '../../app/session-gate.ts';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { PasswordField, SubmitButton } from '../../ui/fields.tsx';
import { useLogOut } from './log-out.ts';
import { sessionMessages } from './session.messages.ts';

export function ReloginSheet({ name }: { name: string }) {
  const t = useT(sessionMessages);
  const queries = useQueryClient();
  const logOut = useLogOut();
  const form = useForm('sessionCreate', {
    initial: { password: '' },
    request: ({ password }) => ({ body: { name, password } }),
    onDone: (me) => {
      queries.setQueryData(query('meGet').queryKey, me);
      sessionGate.loggedIn();
    },
  });
  return (
    <Modal title={t('sessionEnded')} size="sm" isSticky onClose={() => void logOut()}>
      <form {...form.props}>
        <div className="modal-body">
          <p className="text-secondary">{t('sessionEndedHint', { name })}</p>
          <ProblemAlert error={form.error} />
          {/* For password managers; the name cannot be another one. */}
          <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
          <PasswordField
            field={form.field('password')}
            label={t('password')}
            autoComplete="current-password"
            autoFocus
          />
        </div>
        <div className="modal-footer">
          <button type="button" className="btn btn-link me-auto" onClick={() => void logOut()}>
            {t('otherUser')}
          </button>
          <SubmitButton isPending={form.isPending}>{t('logIn')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
