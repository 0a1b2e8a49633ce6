/** Where a machine can move to, and why not to the other servers. */
import type { MigrationTarget, Vm } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../app/api.ts';
import { readableDetails } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { fillSlots } from '../../app/i18n.ts';
import { useLanguage, useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { refusalMessages } from '../../words/placement.messages.ts';
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
  const others = data?.items.filter(({ refusal }) => refusal !== null && refusal !== 'is_here') ?? [];
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
      {possible.length > 0 && (
        <fieldset className="mb-3">
          <legend className="form-label">{t('migrateTo')}</legend>
          <div className="form-selectgroup form-selectgroup-boxes d-flex flex-column">
            {possible.map((target) => (
              <Target
                key={target.hostId}
                target={target}
                isChosen={target.hostId === hostId}
                onChoose={() => setChosen(target.hostId)}
              />
            ))}
          </div>
        </fieldset>
      )}
      {others.length > 0 && (
        <>
          <div className="text-secondary small">{t('migrateNot')}</div>
          <ul className="mb-0">
            {others.map((target) => (
              <Refused key={target.hostId} target={target} />
            ))}
          </ul>
        </>
      )}
    </ConfirmDialog>
  );
}

interface TargetProps {
  readonly target: MigrationTarget;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Target({ target: { hostId, name, freeMemoryMib, hasImage }, isChosen, onChoose }: TargetProps) {
  const t = useT(vmsMessages);
  const format = useFormat();
  return (
    <label className="form-selectgroup-item flex-fill">
      <input
        type="radio"
        name="target"
        value={hostId}
        className="form-selectgroup-input"
        checked={isChosen}
        onChange={onChoose}
      />
      <span className="form-selectgroup-label d-flex align-items-center p-3 text-start">
        <span className="me-3">
          <span className="form-selectgroup-check" />
        </span>
        <span>
          <span className="d-block fw-medium text-break">{name}</span>
          <span className="d-block text-secondary small">
            {t('migrateRoom', { memory: format.mib(freeMemoryMib) })}
            {!hasImage && ` · ${t('migrateImage')}`}
          </span>
        </span>
      </span>
    </label>
  );
}

function Refused({ target: { name, refusal, details } }: { target: MigrationTarget }) {
  const t = useT(vmsMessages);
  const { language } = useLanguage();
  const texts: Readonly<Record<string, string>> =
    language === 'zh-CN' ? refusalMessages.zh : refusalMessages.en;
  const text = fillSlots(texts[refusal ?? ''] ?? '', readableDetails(details, language), language);
  return <li className="text-break">{t('migrateRefusal', { name, reason: text })}</li>;
}
