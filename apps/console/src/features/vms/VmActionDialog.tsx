import type { Vm } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { NumberField, TextAreaField, TextField } from '../../ui/fields.tsx';
import { actionMessages } from '../../words/vms.messages.ts';
import { DeleteDialog, ProtectDialog, PurgeDialog, UndeleteDialog } from './BinDialogs.tsx';
import { ForgetDialog } from './OutsideDialogs.tsx';
import { MigrateDialog } from './MigrateDialog.tsx';
import { StartElsewhereDialog } from './StartElsewhereDialog.tsx';
import { type DialogAction, type Verb, runVerb } from './vm-verbs.ts';
import { vmsMessages } from './vms.messages.ts';

interface DialogProps {
  readonly vm: Vm;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function VmActionDialog({ action, ...props }: DialogProps & { action: DialogAction }) {
  if (action === 'rename') return <RenameDialog {...props} />;
  if (action === 'resize') return <ResizeDialog {...props} />;
  if (action === 'showXml') return <XmlDialog {...props} />;
  if (action === 'forget') return <ForgetDialog {...props} />;
  if (action === 'delete') return <DeleteDialog {...props} />;
  if (action === 'undelete') return <UndeleteDialog {...props} />;
  if (action === 'purge') return <PurgeDialog {...props} />;
  if (action === 'protect') return <ProtectDialog {...props} />;
  if (action === 'migrate') return <MigrateDialog {...props} />;
  if (action === 'startElsewhere') return <StartElsewhereDialog {...props} />;
  return <VerbDialog {...props} verb={action} />;
}

function VerbDialog({
  vm,
  verb,
  onClose,
  onDone,
}: DialogProps & { verb: Exclude<Extract<Verb, DialogAction>, 'forget' | 'delete' | 'purge'> }) {
  const t = useT(vmsMessages);
  const names = useT(actionMessages);
  const format = useFormat();
  const queries = useQueryClient();
  const { name } = vm;
  const words = {
    powerOff: { title: t('powerOffTitle', { name }), text: t('powerOffText') },
    reset: { title: t('resetTitle', { name }), text: t('resetText') },
    remake: {
      title: t('remakeTitle', { name }),
      text: t('remakeText', { image: vm.imageName }),
    },
    dumpCore: { title: t('dumpTitle', { name }), text: t('dumpText', { size: format.mib(vm.memoryMib) }) },
  }[verb];
  return (
    <ConfirmDialog
      title={words.title}
      confirmLabel={names(verb)}
      isDangerous={verb !== 'dumpCore'}
      onClose={onClose}
      action={async () => {
        await runVerb(verb, vm.id);
        void queries.invalidateQueries({ queryKey: ['vmList'] });
        void queries.invalidateQueries({ queryKey: ['vmGet'] });
        onDone();
      }}
    >
      <p className="m-0">{words.text}</p>
    </ConfirmDialog>
  );
}

function RenameDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(vmsMessages);
  const form = useForm('vmUpdate', {
    initial: { name: vm.name, description: vm.description },
    request: (body) => ({ params: { vmId: vm.id }, body }),
    onDone: () => {
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog title={t('renameTitle', { name: vm.name })} form={form} onClose={onClose}>
      <TextField field={form.field('name')} label={t('name')} isRequired autoFocus />
      <TextAreaField field={form.field('description')} label={t('description')} />
    </FormDialog>
  );
}

function ResizeDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(vmsMessages);
  const form = useForm('vmUpdate', {
    initial: { vcpus: vm.vcpus, memoryMib: vm.memoryMib },
    request: (body) => ({ params: { vmId: vm.id }, body }),
    onDone: () => {
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog title={t('resizeTitle', { name: vm.name })} form={form} onClose={onClose}>
      <NumberField field={form.field('vcpus')} label={t('vcpus')} min={1} step={1} isRequired autoFocus />
      <NumberField
        field={form.field('memoryMib')}
        label={t('memory')}
        unit="MiB"
        min={32}
        step={1}
        isRequired
      />
      <p className="text-secondary m-0">{t('resizeHint')}</p>
    </FormDialog>
  );
}

function XmlDialog({ vm, onClose }: DialogProps) {
  const t = useT(vmsMessages);
  const { data, error, refetch } = useQuery({
    ...query('vmXml', { params: { vmId: vm.id } }),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Modal title={t('xmlTitle', { name: vm.name })} onClose={onClose} size="lg">
      <div className="modal-body">
        {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
        {data && (
          <div className="code-block">
            <CopyButton text={data.xml} className="btn btn-icon btn-sm code-copy" />
            {/* Focusable, so that the keyboard can scroll it. */}
            <pre tabIndex={0}>{data.xml}</pre>
          </div>
        )}
      </div>
    </Modal>
  );
}
