/** Dialogs about machines that LouCloud did not make or no longer finds. */
import type { Vm } from '@loucloud/api';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SwitchField } from '../../ui/fields.tsx';
import { outsideMessages } from './outside.messages.ts';

interface DialogProps {
  readonly vm: Vm;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ForgetDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(outsideMessages);
  const toast = useToast();
  const queries = useQueryClient();
  const { id, name, adoption, state } = vm;
  const isGivenBack = adoption !== null && state !== 'missing' && state !== 'unknown';
  return (
    <ConfirmDialog
      title={t('forgetTitle', { name })}
      confirmLabel={t('forgetConfirm', { name })}
      isDangerous
      onClose={onClose}
      action={async () => {
        await call('vmForget', { params: { vmId: id } });
        toast.info(t('forgotten', { name }));
        void queries.invalidateQueries({ queryKey: ['vmList'] });
        onDone();
      }}
    >
      <p className="m-0">{isGivenBack ? t('forgetAdopted', { name }) : t('forgetText', { name })}</p>
    </ConfirmDialog>
  );
}

interface AdoptedFilesProps {
  readonly vm: Vm;
  readonly withFiles: boolean;
  readonly onChange: (withFiles: boolean) => void;
}

/** Its files are not LouCloud's: they go only if the admin says so. */
export function AdoptedFiles({ vm, withFiles, onChange }: AdoptedFilesProps) {
  const t = useT(outsideMessages);
  const isAdmin = useIsAdmin();
  const files = vm.adoption?.disks.map(({ path }) => path) ?? [];
  return (
    <>
      <p>{t('deleteAdopted')}</p>
      {isAdmin && files.length > 0 && (
        <>
          <SwitchField
            field={{ name: 'withFiles', value: withFiles, set: onChange, error: undefined }}
            label={t('deleteFiles')}
            hint={t('deleteFilesHint')}
          />
          <ul className="m-0">
            {files.map((path) => (
              <li key={path} className="text-break">
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
