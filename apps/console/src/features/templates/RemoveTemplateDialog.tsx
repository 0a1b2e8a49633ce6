import type { Template } from '@loucloud/api';
import { useNavigate } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { templatesMessages } from './templates.messages.ts';

export function RemoveTemplateDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const t = useT(templatesMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useAction('templateRemove');
  const { id, name, vmCount } = template;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('removeConfirm', { name })}
      isDangerous
      action={async () => {
        await remove.mutateAsync({ params: { templateId: id } });
        toast.success(t('removed', { name }));
        await navigate('/templates');
      }}
      onClose={onClose}
    >
      <p className="m-0">
        {t('removeText')} {vmCount > 0 && t('removeKeeps', { count: vmCount })}
      </p>
    </ConfirmDialog>
  );
}
