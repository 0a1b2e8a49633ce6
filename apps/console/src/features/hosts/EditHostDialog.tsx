import type { Host } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { SizeField } from '../../ui/SizeField.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { NumberField, SwitchField, TextField } from '../../ui/fields.tsx';
import { hostsMessages } from './hosts.messages.ts';

export function EditHostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const t = useT(hostsMessages);
  const toast = useToast();
  const { name, isEnabled, isInMaintenance, poolName, vcpuOvercommit, memoryOvercommit, systemMemoryMib } =
    host;
  const form = useForm('hostUpdate', {
    initial: {
      name,
      isEnabled,
      isInMaintenance,
      poolName,
      vcpuOvercommit,
      memoryOvercommit,
      systemMemoryMib,
    },
    request: (body) => ({ params: { hostId: host.id }, body }),
    onDone: () => {
      toast.success(t('saved'));
      onClose();
    },
  });
  const hasVms = host.vmCount > 0;
  return (
    <FormDialog title={t('editTitle', { name })} form={form} onClose={onClose}>
      <TextField field={form.field('name')} label={t('name')} isRequired autoFocus />
      <SwitchField field={form.field('isEnabled')} label={t('isEnabled')} hint={t('isEnabledHint')} />
      <SwitchField
        field={form.field('isInMaintenance')}
        label={t('maintenance')}
        hint={t('maintenanceHint')}
      />
      <OvercommitFields form={form} />
      <SizeField
        field={form.field('systemMemoryMib')}
        base="mib"
        label={t('systemMemory')}
        hint={t('systemMemoryHint')}
      />
      <TextField
        field={form.field('poolName')}
        label={t('poolName')}
        hint={hasVms ? t('poolFixed') : t('poolHint')}
        isDisabled={hasVms}
        isCode
      />
    </FormDialog>
  );
}

type Overcommit = { vcpuOvercommit: number; memoryOvercommit: number };

interface OvercommitFieldsProps {
  readonly form: { readonly field: (name: keyof Overcommit) => Parameters<typeof NumberField>[0]['field'] };
}

export function OvercommitFields({ form }: OvercommitFieldsProps) {
  const t = useT(hostsMessages);
  return (
    <div className="row">
      <div className="col-sm-6">
        <NumberField
          field={form.field('vcpuOvercommit')}
          label={t('vcpuOvercommit')}
          hint={t('vcpuOvercommitHint')}
          step={0.5}
          min={0.1}
        />
      </div>
      <div className="col-sm-6">
        <NumberField
          field={form.field('memoryOvercommit')}
          label={t('memoryOvercommit')}
          hint={t('memoryOvercommitHint')}
          step={0.1}
          min={0.1}
        />
      </div>
    </div>
  );
}
