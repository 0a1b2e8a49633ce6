/** Where a machine can move to, and why not to the other servers. */
import type { Vm } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { Targets } from './Targets.tsx';
import { vmsMessages } from './vms.messages.ts';

interface MigrateDialogProps {
  readonly vm: Vm;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function MigrateDialog({ vm, onClose, onDone }: MigrateDialogProps) {
  const t = useT(vmsMessages);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    ...query('vmMigrationTargets', { params: { vmId: vm.id } }),
    staleTime: 0,
  });
  const possible = data?.items.filter(({ refusal }) => refusal === null) ?? [];
  const hostId = chosen ?? possible[0]?.hostId ?? null;
  const isOn = vm.state === 'running' || vm.state === 'paused';
  return (
    <ConfirmDialog
      title={t('migrateTitle', { name: vm.name })}
      confirmLabel={t('migrateConfirm', { name: vm.name })}
      reason={data && hostId === null ? t('migrateNowhere') : undefined}
      onClose={onClose}
      action={async () => {
        if (hostId === null) return;
        await call('vmMigrate', { params: { vmId: vm.id }, body: { hostId } });
        void queries.invalidateQueries({ queryKey: ['vmGet'] });
        void queries.invalidateQueries({ queryKey: ['vmList'] });
        onDone();
      }}
    >
      <p>{isOn ? t('migrateLive') : t('migrateOff')}</p>
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      <Targets targets={data?.items ?? []} chosen={hostId} onChoose={setChosen} />
    </ConfirmDialog>
  );
}
