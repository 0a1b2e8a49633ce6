import type { Network } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TextAreaField, TextField } from '../../ui/fields.tsx';
import { networksMessages } from './networks.messages.ts';

export function EditNetworkDialog({ network, onClose }: { network: Network; onClose: () => void }) {
  const t = useT(networksMessages);
  const toast = useToast();
  const { id, name, description } = network;
  const form = useForm('networkUpdate', {
    initial: { name, description },
    request: (body) => ({ params: { networkId: id }, body }),
    onDone: () => {
      toast.success(t('saved'));
      onClose();
    },
  });
  return (
    <FormDialog title={t('editTitle', { name })} form={form} onClose={onClose}>
      <TextField field={form.field('name')} label={t('name')} isRequired autoFocus />
      <TextAreaField field={form.field('description')} label={t('description')} rows={2} />
    </FormDialog>
  );
}
