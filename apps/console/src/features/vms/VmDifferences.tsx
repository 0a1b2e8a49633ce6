/** Where the VM is not as it is recorded, and the two ways out of it. */
import { type Difference, type Vm, acceptableFields, revertibleFields } from '@loucloud/api';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { differenceMessages } from '../../words/outside.messages.ts';
import { actionMessages } from '../../words/vms.messages.ts';
import './outside.css';
import { outsideMessages } from './outside.messages.ts';
import type { useVmActions } from './vm-actions.tsx';

interface VmDifferencesProps {
  readonly vm: Vm;
  readonly actions: ReturnType<typeof useVmActions>;
}

export function VmDifferences({ vm, actions }: VmDifferencesProps) {
  const t = useT(outsideMessages);
  const names = useT(actionMessages);
  const fields = vm.differences.map(({ field }) => field);
  const ways = [
    { action: 'acceptDifferences', of: acceptableFields, hint: t('acceptHint') },
    { action: 'revertDifferences', of: revertibleFields, hint: t('revertHint') },
  ] as const;
  const isAllSettled = fields.every((field) => acceptableFields.includes(field));
  return (
    <section className="card border-warning">
      <div className="card-header">
        <div>
          <h2 className="card-title">
            <IconArrowsDiff size={18} className="icon me-1" aria-hidden="true" />
            {t('differs')}
          </h2>
          <p className="card-subtitle m-0">{t('differsHint')}</p>
        </div>
      </div>
      <DifferenceTable differences={vm.differences} />
      <div className="card-body difference-ways">
        {ways
          .filter(({ of }) => fields.some((field) => of.includes(field)))
          .map(({ action, hint }) => (
            <div key={action} className="difference-way">
              <ActionButton
                className="btn-sm"
                reason={actions.reason(vm, action)}
                onClick={() => actions.run(vm, action)}
              >
                {names(action)}
              </ActionButton>
              <span className="small text-secondary">{hint}</span>
            </div>
          ))}
        {!isAllSettled && <p className="small text-secondary m-0 difference-rest">{t('restHint')}</p>}
      </div>
    </section>
  );
}

function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  const t = useT(outsideMessages);
  const fields = useT(differenceMessages);
  const amount = useAmount();
  return (
    <div className="table-responsive">
      <table className="table table-vcenter card-table m-0 differences">
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">{t('what')}</span>
            </th>
            <th>{t('recorded')}</th>
            <th>{t('found')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <tr key={`${difference.field} ${difference.recorded}`}>
              <th scope="row" className="fw-medium">
                {fields(difference.field)}
              </th>
              <td className="text-break">{amount(difference, difference.recorded)}</td>
              <td className="text-break">{amount(difference, difference.found)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useAmount(): (difference: Difference, amount: string | number) => string {
  const t = useT(outsideMessages);
  const format = useFormat();
  return ({ field }, amount) => {
    if (amount === '') return field === 'disk' ? t('gone') : t('nothing');
    if (typeof amount === 'string') return amount;
    if (field === 'diskBytes') return format.bytes(amount);
    return field === 'memoryMib' || field === 'runningMemoryMib' ? format.mib(amount) : format.number(amount);
  };
}
