/** What becomes of a deleted user's VMs: somebody else's, or gone, which takes typing the name. */
import type { DeletionPlan, VmState } from '@loucloud/api';
import { vmStates } from '@loucloud/api';
import { useId } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { UserSelect } from '../../ui/UserSelect.tsx';
import { binMessages } from '../vms/bin.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import type { Fate } from './fate.ts';
import { usersMessages } from './users.messages.ts';

interface DeletionChoiceProps {
  readonly userId: string;
  readonly name: string;
  readonly plan: DeletionPlan;
  readonly fate: Fate;
  readonly onChange: (fate: Fate) => void;
}

export function DeletionChoice({ userId, name, plan, fate, onChange }: DeletionChoiceProps) {
  const t = useT(usersMessages);
  const format = useFormat();
  const id = useId();
  const size = format.bytes(plan.vms.reduce((sum, { diskBytes }) => sum + diskBytes, 0));
  return (
    <>
      <p>{t('planVms', { count: plan.vms.length, size })}</p>
      <PlannedVms vms={plan.vms} />
      <fieldset className="my-3">
        <legend className="visually-hidden">{t('planVms', { count: plan.vms.length, size })}</legend>
        <label className="form-check">
          <input
            type="radio"
            name={id}
            className="form-check-input"
            checked={fate.kind === 'transfer'}
            onChange={() => onChange({ ...fate, kind: 'transfer' })}
          />
          <span className="form-check-label">{t('transfer')}</span>
          <span className="form-check-description">{t('transferHint')}</span>
        </label>
        {fate.kind === 'transfer' && (
          <div className="fate-more mb-3">
            <UserSelect
              label={t('transferTo')}
              placeholder={t('findUser')}
              value={fate.heir}
              except={[userId]}
              onChange={(heir) => onChange({ ...fate, heir })}
            />
          </div>
        )}
        <label className="form-check">
          <input
            type="radio"
            name={id}
            className="form-check-input"
            checked={fate.kind === 'delete'}
            onChange={() => onChange({ ...fate, kind: 'delete' })}
          />
          <span className="form-check-label">{t('deleteVms')}</span>
        </label>
        {fate.kind === 'delete' && (
          <div className="fate-more">
            <label className="form-label" htmlFor={`${id}-name`}>
              {t('typeName', { name })}
            </label>
            <input
              id={`${id}-name`}
              className="form-control font-monospace"
              autoComplete="off"
              spellCheck={false}
              value={fate.typedName}
              onChange={({ target }) => onChange({ ...fate, typedName: target.value })}
            />
          </div>
        )}
      </fieldset>
    </>
  );
}

function PlannedVms({ vms }: { vms: DeletionPlan['vms'] }) {
  const states = useT(stateMessages);
  const bin = useT(binMessages);
  const format = useFormat();
  const stateText = (state: string) =>
    vmStates.includes(state as VmState) ? states(state as VmState) : state;
  return (
    <ul className="list-group plan-vms">
      {vms.map((vm) => (
        <li key={vm.id} className="list-group-item py-2 d-flex gap-3">
          <Link to={`/vms/${vm.id}`} className="flex-fill text-break">
            {vm.name}
          </Link>
          {vm.isProtected && <span className="text-warning text-nowrap">{bin('protected')}</span>}
          <span className="text-secondary text-nowrap">{stateText(vm.state)}</span>
          <span className="text-secondary text-nowrap tabular">{format.bytes(vm.diskBytes)}</span>
        </li>
      ))}
    </ul>
  );
}
