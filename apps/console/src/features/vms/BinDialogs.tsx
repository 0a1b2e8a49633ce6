/** Deleting with a way back, and the way back. */
import type { Vm } from '@loucloud/api';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd } from '../../app/operation-follow.ts';
import { useMe } from '../../app/session.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SwitchField, TextField } from '../../ui/fields.tsx';
import { AdoptedFiles } from './OutsideDialogs.tsx';
import { binMessages } from './bin.messages.ts';

interface DialogProps {
  readonly vm: Vm;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const DAY_MS = 86_400_000;

/** The event that follows says the same; this is for when the stream is down. */
function useRefresh() {
  const queries = useQueryClient();
  return () => {
    for (const name of ['vmList', 'vmGet', 'meGet'] as const)
      void queries.invalidateQueries({ queryKey: [name] });
  };
}

export function DeleteDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(binMessages);
  const format = useFormat();
  const toast = useToast();
  const refresh = useRefresh();
  const { recycleDays } = useMe();
  const [isForGood, setIsForGood] = useState(recycleDays === 0);
  const [withFiles, setWithFiles] = useState(false);
  const { id, name } = vm;
  const size = format.bytes(vm.diskBytes);
  const until = format.dateTime(new Date(Date.now() + recycleDays * DAY_MS).toISOString());
  const remove = async () => {
    const purge = withFiles ? 'vmDeleteWithFiles' : 'vmPurge';
    const { operationId } = await call(isForGood ? purge : 'vmDelete', { params: { vmId: id } });
    if (isForGood) toast.info(t('deleting', { name }));
    else toast.info(<Undo vm={vm} operationId={operationId} />);
    refresh();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('deleteTitle', { name })}
      confirmLabel={t(isForGood ? 'purgeConfirm' : 'deleteConfirm', { name })}
      isDangerous
      onClose={onClose}
      action={remove}
    >
      <p>{isForGood ? t('purgeText', { size }) : t('deleteText', { until, size })}</p>
      {recycleDays > 0 && (
        <SwitchField
          field={{ name: 'isForGood', value: isForGood, set: setIsForGood, error: undefined }}
          label={t('deleteForGood')}
          hint={t('deleteForGoodHint')}
        />
      )}
      {vm.adoption && isForGood && <AdoptedFiles vm={vm} withFiles={withFiles} onChange={setWithFiles} />}
    </ConfirmDialog>
  );
}

/** In the corner, for a few seconds. The machine may still be on its way into the bin. */
function Undo({ vm: { id, name }, operationId }: { vm: Vm; operationId: string }) {
  const t = useT(binMessages);
  const toast = useToast();
  const refresh = useRefresh();
  const [isPending, setIsPending] = useState(false);
  const undo = async () => {
    setIsPending(true);
    try {
      await operationEnd(operationId);
      await call('vmUndelete', { params: { vmId: id }, body: {} });
      toast.success(t('restored', { name }));
      refresh();
    } catch (error) {
      toast.problem(error as Parameters<typeof toast.problem>[0]); // `call` throws nothing else
    }
  };
  return (
    <>
      {t('deleted', { name })}{' '}
      <button
        type="button"
        className="btn btn-link btn-sm p-0 align-baseline"
        disabled={isPending}
        onClick={() => void undo()}
      >
        {t(isPending ? 'undoing' : 'undo')}
      </button>
    </>
  );
}

export function UndeleteDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(binMessages);
  const toast = useToast();
  const refresh = useRefresh();
  const [name, setName] = useState(vm.name);
  return (
    <ConfirmDialog
      title={t('restoreTitle', { name: vm.name })}
      confirmLabel={t('restoreConfirm')}
      onClose={onClose}
      action={async () => {
        const wanted = name.trim() === vm.name || name.trim() === '' ? {} : { name: name.trim() };
        const restored = await call('vmUndelete', { params: { vmId: vm.id }, body: wanted });
        toast.success(t('restored', { name: restored.name }));
        refresh();
        onDone();
      }}
    >
      <p>{t('restoreText')}</p>
      <TextField
        field={{ name: 'name', value: name, set: setName, error: undefined }}
        label={t('restoreName')}
        hint={t('restoreNameHint')}
      />
    </ConfirmDialog>
  );
}

export function PurgeDialog({ vm, onClose, onDone }: DialogProps) {
  const t = useT(binMessages);
  const format = useFormat();
  const toast = useToast();
  const refresh = useRefresh();
  const [withFiles, setWithFiles] = useState(false);
  const { id, name } = vm;
  return (
    <ConfirmDialog
      title={t('purgeTitle', { name })}
      confirmLabel={t('purgeConfirm', { name })}
      isDangerous
      onClose={onClose}
      action={async () => {
        await call(withFiles ? 'vmDeleteWithFiles' : 'vmPurge', { params: { vmId: id } });
        toast.info(t('deleting', { name }));
        refresh();
        onDone();
      }}
    >
      {vm.adoption ? (
        <AdoptedFiles vm={vm} withFiles={withFiles} onChange={setWithFiles} />
      ) : (
        <p className="m-0">{t('purgeText', { size: format.bytes(vm.diskBytes) })}</p>
      )}
    </ConfirmDialog>
  );
}

export function ProtectDialog({ vm: { id, name, isProtected }, onClose }: DialogProps) {
  const t = useT(binMessages);
  const refresh = useRefresh();
  return (
    <ConfirmDialog
      title={t(isProtected ? 'unprotectTitle' : 'protectTitle', { name })}
      confirmLabel={t(isProtected ? 'unprotect' : 'protectConfirm')}
      onClose={onClose}
      action={async () => {
        await call('vmProtect', { params: { vmId: id }, body: { isProtected: !isProtected } });
        refresh();
      }}
    >
      <p className="m-0">{t(isProtected ? 'unprotectText' : 'protectText')}</p>
    </ConfirmDialog>
  );
}
