import type { Network } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { ChoiceField, SubmitButton, TextAreaField, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { networksMessages } from './networks.messages.ts';

const initial = { name: '', kind: 'libvirt' as Network['kind'], source: '', description: '' };

export function RegisterNetworkDialog({ onClose }: { onClose: () => void }) {
  const t = useT(networksMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const form = useForm('networkCreate', {
    initial,
    request: (body) => ({ body }),
    onDone: ({ name }) => {
      toast.success(t('registered', { name }));
      onClose();
    },
  });
  const isBridge = form.values.kind === 'bridge';
  return (
    <Modal title={t('registerTitle')} onClose={onClose} isSticky={form.isChanged}>
      <form {...form.props}>
        <div className="modal-body">
          <p className="text-secondary">{t('registerIntro')}</p>
          <ProblemAlert error={form.error} />
          <TextField field={form.field('name')} label={t('name')} hint={t('nameHint')} isRequired autoFocus />
          <ChoiceField
            field={form.field('kind')}
            label={t('kind')}
            options={[
              { value: 'libvirt', label: t('libvirt') },
              { value: 'bridge', label: t('bridge') },
            ]}
          />
          <TextField
            field={form.field('source')}
            label={t('source')}
            hint={isBridge ? t('sourceBridgeHint') : t('sourceLibvirtHint')}
            placeholder={isBridge ? 'br0' : 'default'}
            isRequired
            isCode
          />
          <TextAreaField
            field={form.field('description')}
            label={t('description')}
            placeholder={t('optional')}
            rows={2}
          />
        </div>
        <div className="modal-footer">
          <button type="button" className="btn me-auto" onClick={onClose}>
            {ui('cancel')}
          </button>
          <SubmitButton isPending={form.isPending}>{t('register')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
