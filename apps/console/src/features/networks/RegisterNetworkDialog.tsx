import type { Network } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { ChoiceField, TextAreaField, TextField } from '../../ui/fields.tsx';
import { networksMessages } from './networks.messages.ts';

const initial = { name: '', kind: 'libvirt' as Network['kind'], source: '', description: '' };

export function RegisterNetworkDialog({ onClose }: { onClose: () => void }) {
  const t = useT(networksMessages);
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
    <FormDialog title={t('registerTitle')} form={form} submitLabel={t('register')} onClose={onClose}>
      <p className="text-secondary">{t('registerIntro')}</p>
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
    </FormDialog>
  );
}
