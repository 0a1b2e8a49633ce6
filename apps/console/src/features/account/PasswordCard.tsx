import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { useMe } from '../../app/session.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { PasswordField, SubmitButton } from '../../ui/fields.tsx';
import { accountMessages } from './account.messages.ts';

const EMPTY = { currentPassword: '', newPassword: '' };

export function PasswordCard() {
  const t = useT(accountMessages);
  const toast = useToast();
  const { user } = useMe();
  const form = useForm('meChangePassword', {
    initial: EMPTY,
    request: (body) => ({ body }),
    onDone: () => {
      form.reset(EMPTY);
      toast.success(t('passwordChanged'));
    },
  });
  return (
    <form className="card" {...form.props}>
      <div className="card-body">
        <h2 className="card-title">{t('password')}</h2>
        <p className="text-secondary">{t('passwordHint')}</p>
        <ProblemAlert error={form.error} />
        {/* For password managers. */}
        <input type="text" name="username" autoComplete="username" value={user.name} readOnly hidden />
        <PasswordField
          field={form.field('currentPassword')}
          label={t('currentPassword')}
          autoComplete="current-password"
        />
        <PasswordField
          field={form.field('newPassword')}
          label={t('newPassword')}
          hint={t('newPasswordHint')}
          autoComplete="new-password"
        />
        <SubmitButton isPending={form.isPending}>{t('changePassword')}</SubmitButton>
      </div>
    </form>
  );
}
