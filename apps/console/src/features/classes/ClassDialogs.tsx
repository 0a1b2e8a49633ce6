import type { Class, NewClassUser } from '@loucloud/api';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { useMe } from '../../app/session.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { actionMessages } from '../../words/vms.messages.ts';
import { ClassFields, type ClassValues } from './ClassFields.tsx';
import { MemberPreview } from './MemberPreview.tsx';
import { MembersField } from './MembersField.tsx';
import { NewUsersOnce } from './NewUsersOnce.tsx';
import { checkDay, dayOf, endOfDay } from './class-time.ts';
import { classesMessages } from './classes.messages.ts';

interface DialogProps {
  readonly found: Class;
  readonly onClose: () => void;
}

export function CreateVmsDialog({ found, count, onClose }: DialogProps & { count: number }) {
  const t = useT(classesMessages);
  const queries = useQueryClient();
  const create = useAction('classVmsCreate');
  const [start, setStart] = useState(false);
  return (
    <ConfirmDialog
      title={t('createVmsTitle', { count })}
      confirmLabel={t('createVms', { count })}
      onClose={onClose}
      action={async () => {
        await create.mutateAsync({ params: { classId: found.id }, body: { start } });
        await queries.invalidateQueries({ queryKey: ['classMemberList'] });
      }}
    >
      <p>{t('createVmsText', { template: found.templateName })}</p>
      <Check label={t('startThem')} isOn={start} onChange={setStart} />
    </ConfirmDialog>
  );
}

interface SeriousDialogProps {
  readonly verb: 'remake' | 'powerOff';
  readonly count: number;
  readonly action: () => Promise<unknown>;
  readonly onClose: () => void;
}

export function SeriousDialog({ verb, count, action, onClose }: SeriousDialogProps) {
  const t = useT(classesMessages);
  const names = useT(actionMessages);
  const isReset = verb === 'remake';
  return (
    <ConfirmDialog
      title={t(isReset ? 'resetTitle' : 'powerOffTitle', { count })}
      confirmLabel={isReset ? t('resetConfirm', { count }) : names('powerOff')}
      isDangerous
      action={action}
      onClose={onClose}
    >
      <p className="m-0">{t(isReset ? 'resetText' : 'powerOffText')}</p>
    </ConfirmDialog>
  );
}

export function AddMembersDialog({ found, onClose }: DialogProps) {
  const t = useT(classesMessages);
  const queries = useQueryClient();
  const [newUsers, setNewUsers] = useState<readonly NewClassUser[] | null>(null);
  const form = useForm('classMembersAdd', {
    initial: { members: '' },
    request: (body) => ({ params: { classId: found.id }, body }),
    async onDone(reply) {
      await queries.invalidateQueries({ queryKey: ['classMemberList'] });
      if (reply.newUsers.length > 0) setNewUsers(reply.newUsers);
      else onClose();
    },
  });
  if (newUsers) {
    return (
      <Modal title={t('passwordsTitle')} onClose={onClose} isSticky size="lg">
        <div className="modal-body">
          <NewUsersOnce users={newUsers} fileName={found.name} />
        </div>
      </Modal>
    );
  }
  return (
    <FormDialog
      title={t('addMembersTitle', { name: found.name })}
      form={form}
      submitLabel={t('addNow')}
      size="lg"
      onClose={onClose}
    >
      <MembersField field={form.field('members')} />
      <MemberPreview members={form.values.members} templateId={found.templateId ?? ''} classId={found.id} />
    </FormDialog>
  );
}

export function EditClassDialog({ found, onClose }: DialogProps) {
  const me = useMe();
  const t = useT(classesMessages);
  const queries = useQueryClient();
  const { id: classId, name, description, templateId, ownerId, ownerName } = found;
  const day = dayOf(found.expiresAt);
  const form = useForm<'classUpdate', ClassValues>('classUpdate', {
    initial: {
      name,
      description,
      templateId: templateId ?? '',
      owner: { value: ownerId, label: ownerName },
      expiresAt: day,
    },
    check: checkDay,
    request: ({ owner, expiresAt, ...values }) => ({
      params: { classId },
      body: {
        ...values,
        ownerId: owner?.value ?? me.user.id,
        // A time within the day that was set over the API stays.
        ...(expiresAt === day ? {} : { expiresAt: expiresAt === '' ? null : endOfDay(expiresAt) }),
      },
    }),
    async onDone() {
      await queries.invalidateQueries({ queryKey: ['classGet'] });
      onClose();
    },
  });
  return (
    <FormDialog title={t('editTitle', { name })} form={form} onClose={onClose}>
      <ClassFields form={form} />
    </FormDialog>
  );
}

export function RemoveClassDialog({ found, onClose }: DialogProps) {
  const t = useT(classesMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useAction('classRemove');
  const [deleteVms, setDeleteVms] = useState(false);
  const { id: classId, name, vmCount: count } = found;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('remove')}
      isDangerous
      onClose={onClose}
      action={async () => {
        await remove.mutateAsync({ params: { classId }, query: { deleteVms } });
        toast.success(t('removed', { name }));
        await navigate('/classes');
      }}
    >
      <p>{t('removeText')}</p>
      {count > 0 && <Check label={t('removeVms', { count })} isOn={deleteVms} onChange={setDeleteVms} />}
    </ConfirmDialog>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Check({ label, isOn, onChange }: CheckProps) {
  return (
    <label className="form-check m-0">
      <input
        type="checkbox"
        className="form-check-input"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="form-check-label">{label}</span>
    </label>
  );
}
