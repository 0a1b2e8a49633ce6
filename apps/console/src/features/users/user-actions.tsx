/** What the admin can do to a user, and the dialogs for it: the same in the list and on the user's page. */
import type { User } from '@loucloud/api';
import { IconKey, IconTrash, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import type { MenuAction } from '../../ui/Menu.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { DeleteUserDialog } from './DeleteUserDialog.tsx';
import { NewPasswordDialog } from './NewPasswordDialog.tsx';
import { usersMessages } from './users.messages.ts';

type Shown = { readonly dialog: 'password' | 'disable' | 'delete'; readonly user: User } | null;

export interface UserActions {
  readonly of: (user: User) => Readonly<Record<'password' | 'disable' | 'delete', MenuAction>>;
  readonly dialog: ReactNode;
}

export function useUserActions(): UserActions {
  const t = useT(usersMessages);
  const toast = useToast();
  const [shown, setShown] = useState<Shown>(null);
  const { mutate: update } = useAction('userUpdate', {
    onSuccess: ({ name }) => toast.success(t('enabledNow', { name })),
  });
  const enable = (user: User) =>
    update({ params: { userId: user.id }, body: { isDisabled: false } }, { onError: toast.problem });
  const close = () => setShown(null);
  return {
    of: (user) => {
      const isAdmin = user.role === 'admin';
      const reason = isAdmin ? t('notTheAdmin') : undefined;
      return {
        password: {
          label: t('resetPassword'),
          icon: IconKey,
          reason: isAdmin ? t('ownPassword') : undefined,
          onSelect: () => setShown({ dialog: 'password', user }),
        },
        disable: user.isDisabled
          ? { label: t('enable'), icon: IconUserCheck, onSelect: () => enable(user) }
          : {
              label: t('disable'),
              icon: IconUserOff,
              reason,
              onSelect: () => setShown({ dialog: 'disable', user }),
            },
        delete: {
          label: t('remove'),
          icon: IconTrash,
          isDangerous: true,
          reason,
          onSelect: () => setShown({ dialog: 'delete', user }),
        },
      };
    },
    dialog: (
      <>
        {shown?.dialog === 'password' && <NewPasswordDialog user={shown.user} onClose={close} />}
        {shown?.dialog === 'disable' && <DisableDialog user={shown.user} onClose={close} />}
        {shown?.dialog === 'delete' && <DeleteUserDialog user={shown.user} onClose={close} />}
      </>
    ),
  };
}

function DisableDialog({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const t = useT(usersMessages);
  const toast = useToast();
  const update = useAction('userUpdate');
  return (
    <ConfirmDialog
      title={t('disableTitle', { name })}
      confirmLabel={t('disableConfirm', { name })}
      isDangerous
      action={async () => {
        await update.mutateAsync({ params: { userId: id }, body: { isDisabled: true } });
        toast.success(t('disabledNow', { name }));
      }}
      onClose={onClose}
    >
      <p className="m-0">{t('disableText')}</p>
    </ConfirmDialog>
  );
}
