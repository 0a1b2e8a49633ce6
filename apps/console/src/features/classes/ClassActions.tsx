/** What is done with a class: with all of it, or with those members that are chosen. */
import type { Class, ClassMember, ClassVerb } from '@loucloud/api';
import { IconDots, IconPlayerPlay, IconPower } from '@tabler/icons-react';
import { useState } from 'react';
import { useAction } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import {
  AddMembersDialog,
  CreateVmsDialog,
  EditClassDialog,
  RemoveClassDialog,
  SeriousDialog,
} from './ClassDialogs.tsx';
import { classesMessages } from './classes.messages.ts';

interface ClassActionsProps {
  readonly found: Class;
  readonly members: readonly ClassMember[];
  readonly chosen: ReadonlySet<string>;
}

type Shown = 'create' | 'remake' | 'powerOff' | 'add' | 'edit' | 'remove' | null;

export function ClassActions({ found, members, chosen }: ClassActionsProps) {
  const t = useT(classesMessages);
  const format = useFormat();
  const toast = useToast();
  const isAdmin = useIsAdmin();
  const [shown, setShown] = useState<Shown>(null);
  const act = useAction('classAct');
  const prefetch = useAction('classPrefetch');
  const params = { classId: found.id };
  const lacking = members.filter(({ vm }) => vm === null).length;
  const userIds = members.filter(({ userId }) => chosen.has(userId)).map(({ userId }) => userId);
  const some = userIds.length > 0 ? { userIds } : {};
  const count = members.filter(({ userId, vm }) => vm && (userIds.length === 0 || chosen.has(userId))).length;
  const run = (action: ClassVerb) => act.mutateAsync({ params, body: { action, ...some } });
  const start = (action: ClassVerb) => void run(action).catch(toast.problem);
  const isBusy = found.operation !== null || count === 0;

  /** While it does nothing it keeps the focus of whoever has pressed it. */
  const press = (action: ClassVerb) => ({
    className: isBusy ? 'btn disabled-look' : 'btn',
    'aria-disabled': isBusy,
    onClick: () => {
      if (!isBusy) start(action);
    },
  });

  async function bring(): Promise<void> {
    const { items } = await prefetch.mutateAsync({ params });
    const failed = items.filter(({ problem }) => problem !== null).map(({ hostName }) => hostName);
    const begun = items.filter(({ operationId }) => operationId !== null).length;
    if (failed.length > 0) toast.info(t('prefetchFailed', { servers: format.list(failed) }));
    else toast.success(begun === 0 ? t('prefetchedAll') : t('prefetched', { count: begun }));
  }

  const isAll = userIds.length === 0;
  const items: MenuItem[] = [
    { label: t(isAll ? 'resetAll' : 'resetChosen'), isDangerous: true, onSelect: () => setShown('remake') },
    { label: t('powerOffAll'), isDangerous: true, onSelect: () => setShown('powerOff') },
  ];
  if (isAdmin)
    items.push(
      '-',
      { label: t('prefetch'), onSelect: () => void bring().catch(toast.problem) },
      { label: t('addMembers'), onSelect: () => setShown('add') },
      { label: t('edit'), onSelect: () => setShown('edit') },
      '-',
      { label: t('remove'), isDangerous: true, onSelect: () => setShown('remove') },
    );
  const close = () => setShown(null);
  return (
    <>
      {isAdmin && lacking > 0 && (
        <button type="button" className="btn btn-primary" onClick={() => setShown('create')}>
          {t('createVms', { count: lacking })}
        </button>
      )}
      <button type="button" {...press('start')}>
        <IconPlayerPlay size={18} className="icon" aria-hidden="true" />
        {t(isAll ? 'startAll' : 'startChosen')}
      </button>
      <button type="button" {...press('shutdown')}>
        <IconPower size={18} className="icon" aria-hidden="true" />
        {t(isAll ? 'stopAll' : 'stopChosen')}
      </button>
      <Menu items={items} label={t('more')} className="btn btn-icon">
        <IconDots size={18} aria-hidden="true" />
      </Menu>
      {shown === 'create' && <CreateVmsDialog found={found} count={lacking} onClose={close} />}
      {(shown === 'remake' || shown === 'powerOff') && (
        <SeriousDialog verb={shown} count={count} action={() => run(shown)} onClose={close} />
      )}
      {shown === 'add' && <AddMembersDialog found={found} onClose={close} />}
      {shown === 'edit' && <EditClassDialog found={found} onClose={close} />}
      {shown === 'remove' && <RemoveClassDialog found={found} onClose={close} />}
    </>
  );
}
