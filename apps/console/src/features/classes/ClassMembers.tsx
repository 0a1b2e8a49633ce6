/** The members of a class, each with their machine, what was done last, and why that failed. */
import type { Class, ClassMember } from '@loucloud/api';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAction } from '../../app/api.ts';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { SearchInput } from '../../ui/SearchBox.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { operationMessages, operationStateMessages } from '../../words/operations.messages.ts';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import { vmsMessages } from '../vms/vms.messages.ts';
import { classesMessages } from './classes.messages.ts';

interface ClassMembersProps {
  readonly found: Class;
  readonly members: readonly ClassMember[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

export function ClassMembers({ found, members, chosen, onChoose }: ClassMembersProps) {
  const t = useT(classesMessages);
  const vms = useT(vmsMessages);
  const [search, setSearch] = useState('');
  const [areProblemsOnly, setAreProblemsOnly] = useState(false);
  const wanted = search.trim().toLowerCase();
  const shown = members.filter(
    ({ name, displayName, problem }) =>
      (!areProblemsOnly || problem !== null) && `${name} ${displayName}`.toLowerCase().includes(wanted),
  );
  const areAll = shown.length > 0 && shown.every(({ userId }) => chosen.has(userId));
  const toggle = (userIds: readonly string[], isOn: boolean) => {
    const next = new Set(chosen);
    for (const userId of userIds)
      if (isOn) next.add(userId);
      else next.delete(userId);
    onChoose(next);
  };
  return (
    <div className="card">
      <div className="card-header table-tools">
        <SearchInput label={t('filter')} value={search} onChange={setSearch} />
        <label className="form-check m-0">
          <input
            type="checkbox"
            className="form-check-input"
            checked={areProblemsOnly}
            onChange={(event) => setAreProblemsOnly(event.target.checked)}
          />
          <span className="form-check-label">
            {t('onlyProblems', { count: members.filter(({ problem }) => problem !== null).length })}
          </span>
        </label>
      </div>
      <div className="table-responsive">
        <table className="table table-vcenter table-mobile-md card-table" aria-label={t('members')}>
          <thead>
            <tr>
              <th className="w-1">
                <input
                  type="checkbox"
                  className="form-check-input m-0"
                  aria-label={t('members')}
                  checked={areAll}
                  onChange={() =>
                    toggle(
                      shown.map(({ userId }) => userId),
                      !areAll,
                    )
                  }
                />
              </th>
              <th>{t('member')}</th>
              <th>{t('machine')}</th>
              <th>{vms('state')}</th>
              <th>{t('last')}</th>
              <th>{t('problem')}</th>
              <th className="w-1">
                <span className="visually-hidden">{t('more')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((member) => (
              <MemberRow
                key={member.userId}
                found={found}
                member={member}
                isChosen={chosen.has(member.userId)}
                onChoose={(isOn) => toggle([member.userId], isOn)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface MemberRowProps {
  readonly found: Class;
  readonly member: ClassMember;
  readonly isChosen: boolean;
  readonly onChoose: (isOn: boolean) => void;
}

function MemberRow({ found, member, isChosen, onChoose }: MemberRowProps) {
  const t = useT(classesMessages);
  const operations = useT(operationMessages);
  const states = useT(operationStateMessages);
  const vms = useT(vmsMessages);
  const errorText = useErrorText();
  const { name, displayName, vm, lastOperation, problem } = member;
  return (
    <tr>
      <td className="cell-select">
        <input
          type="checkbox"
          className="form-check-input m-0"
          aria-label={name}
          checked={isChosen}
          onChange={(event) => onChoose(event.target.checked)}
        />
      </td>
      <td data-label={t('member')} className="class-member">
        <TwoLines
          first={<span className="fw-medium text-break">{displayName}</span>}
          second={displayName !== name && name}
        />
      </td>
      <td data-label={t('machine')} className="class-machine">
        <MachineName vm={vm} />
      </td>
      <td data-label={vms('state')}>{vm && <VmStateBadge vm={vm} />}</td>
      <td data-label={t('last')} className="text-secondary text-nowrap">
        {lastOperation && `${operations(lastOperation.type)} · ${states(lastOperation.state)}`}
      </td>
      <td data-label={t('problem')} className="text-danger text-wrap">
        {problem && errorText(problem)}
      </td>
      <td className="cell-actions">
        <MemberMenu found={found} member={member} />
      </td>
    </tr>
  );
}

function MachineName({ vm }: Pick<ClassMember, 'vm'>) {
  const t = useT(classesMessages);
  const isAdmin = useIsAdmin();
  if (!vm) return <span className="text-secondary">{t('noMachine')}</span>;
  return isAdmin ? <Link to={`/vms/${vm.id}`}>{vm.name}</Link> : vm.name;
}

function MemberMenu({ found, member: { userId, name, vm } }: Pick<MemberRowProps, 'found' | 'member'>) {
  const t = useT(classesMessages);
  const toast = useToast();
  const isAdmin = useIsAdmin();
  const act = useAction('classAct');
  const takeOut = useAction('classMemberRemove');
  const run = (action: 'start' | 'shutdown') =>
    act.mutate(
      { params: { classId: found.id }, body: { action, userIds: [userId] } },
      { onError: toast.problem },
    );
  const reason = vm ? undefined : t('noMachine');
  const items: MenuItem[] = [
    { label: t('startChosen'), reason, onSelect: () => run('start') },
    { label: t('stopChosen'), reason, onSelect: () => run('shutdown') },
  ];
  if (isAdmin)
    items.push('-', {
      label: t('takeOut'),
      isDangerous: true,
      onSelect: () => takeOut.mutate({ params: { classId: found.id, userId } }, { onError: toast.problem }),
    });
  return (
    <Menu items={items} label={t('actionsFor', { name })} className="btn btn-icon btn-sm btn-ghost-secondary">
      <IconDots size={18} aria-hidden="true" />
    </Menu>
  );
}
