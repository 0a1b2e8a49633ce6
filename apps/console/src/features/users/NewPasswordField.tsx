import { IconDice5 } from '@tabler/icons-react';
import type { FieldState } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { PasswordField } from '../../ui/fields.tsx';
import { generatePassword } from './generate-password.ts';
import { usersMessages } from './users.messages.ts';

export function NewPasswordField({
  field,
  autoFocus = false,
}: {
  field: FieldState<string>;
  autoFocus?: boolean;
}) {
  const t = useT(usersMessages);
  return (
    <>
      <PasswordField
        field={field}
        label={t('password')}
        hint={t('passwordHint')}
        autoComplete="new-password"
        autoFocus={autoFocus}
        isRequired
      />
      <button
        type="button"
        className="btn btn-sm mb-3 generate-password"
        onClick={() => field.set(generatePassword())}
      >
        <IconDice5 size={16} className="icon" aria-hidden="true" />
        {t('generate')}
      </button>
    </>
  );
}
