import type { Image } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton, TextAreaField, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { imagesMessages } from './images.messages.ts';

export function EditImageDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT(imagesMessages);
  const ui = useT(uiMessages);
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
    <Modal title={t('editTitle', { name })} onClose={onClose} isSticky={form.isChanged}>
      <form {...form.props}>
        <div className="modal-body">
          <ProblemAlert error={form.error} />
          <TextField field={form.field('name')} label={t('name')} isRequired autoFocus />
          <TextAreaField field={form.field('description')} label={t('description')} rows={2} />
        </div>
        <div className="modal-footer">
          <button type="button" className="btn me-auto" onClick={onClose}>
            {ui('cancel')}
          </button>
          <SubmitButton isPending={form.isPending}>{ui('save')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
