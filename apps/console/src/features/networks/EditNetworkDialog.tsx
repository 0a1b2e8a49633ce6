import type { Network } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton, TextAreaField, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { networksMessages } from './networks.messages.ts';

export function EditNetworkDialog({ network, onClose }: { network: Network; onClose: () => void }) {
  const t = useT(networksMessages);
  const ui = useT(uiMessages);
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
