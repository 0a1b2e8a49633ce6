/** A machine whose server is gone: started on another one, once somebody has made sure that its own is off. */
import type { Vm } from '@loucloud/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { SwitchField } from '../../ui/fields.tsx';
import { Targets } from './Targets.tsx';
import { vmsMessages } from './vms.messages.ts';

interface StartElsewhereDialogProps {
  readonly vm: Vm;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function StartElsewhereDialog({ vm, onClose, onDone }: StartElsewhereDialogProps) {
  const t = useT(vmsMessages);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [hostIsOff, setHostIsOff] = useState(false);
  const { data, error, refetch } = useQuery({
    ...query('vmStartElsewhereTargets', { params: { vmId: vm.id } }),
    staleTime: 0,
  });
  const possible = data?.items.filter(({ refusal }) => refusal === null) ?? [];
  const hostId = chosen ?? possible[0]?.hostId ?? null;
  const host = vm.hostName ?? '';
  const unsaid = hostIsOff ? undefined : t('elsewhereFirst', { host });
  const reason = data && hostId === null ? t('elsewhereNowhere') : unsaid;
  return (
    <ConfirmDialog
      title={t('elsewhereTitle', { name: vm.name })}
      confirmLabel={t('elsewhereConfirm', { name: vm.name })}
      isDangerous
      reason={reason}
      onClose={onClose}
      action={async () => {
        if (hostId === null) return;
        await call('vmStartElsewhere', { params: { vmId: vm.id }, body: { hostIsOff, hostId } });
        void queries.invalidateQueries({ queryKey: ['vmGet'] });
        void queries.invalidateQueries({ queryKey: ['vmList'] });
        onDone();
      }}
    >
      <div className="alert alert-danger" role="alert">
        <div className="alert-icon">
          <IconAlertTriangle aria-hidden="true" />
        </div>
        <div>{t('elsewhereWarning', { host })}</div>
      </div>
      <p>{t('elsewhereText', { host })}</p>
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      <Targets targets={data?.items ?? []} chosen={hostId} onChoose={setChosen} hasNoCopy />
      {possible.length > 0 && (
        <SwitchField
          field={{ name: 'hostIsOff', value: hostIsOff, set: setHostIsOff, error: undefined }}
          label={t('elsewhereIsOff', { host })}
        />
      )}
    </ConfirmDialog>
  );
}
