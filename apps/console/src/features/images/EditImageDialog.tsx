import type { Image } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TextAreaField, TextField } from '../../ui/fields.tsx';
import { imagesMessages } from './images.messages.ts';

export function EditImageDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT(imagesMessages);
  const toast = useToast();
  const { id, name, description } = image;
  const form = useForm('imageUpdate', {
    initial: { name, description },
    request: (body) => ({ params: { imageId: id }, body }),
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
