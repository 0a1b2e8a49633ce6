/** What can be done to a VM, as the server judged it: menus, and the dialogs that the serious ones open. */
import type { Vm, VmAction } from '@loucloud/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import type { MenuAction, MenuItem } from '../../ui/Menu.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { actionMessages, verdictMessages } from '../../words/vms.messages.ts';
import { binMessages } from './bin.messages.ts';
import { VmActionDialog } from './VmActionDialog.tsx';
import { type DialogAction, type Verb, actionIcons, needsDialog, runVerb } from './vm-verbs.ts';

const groups: readonly (readonly VmAction[])[] = [
  ['openDesktop', 'openSerialConsole'],
  ['start', 'shutdown', 'reboot', 'powerOff', 'reset'],
  ['suspend', 'resume', 'save', 'restore'],
  ['rename', 'resize', 'migrate', 'startElsewhere', 'showXml', 'dumpCore'],
  ['remake', 'defineAgain', 'forget', 'protect', 'delete', 'undelete', 'purge'],
];

interface VmActions {
  /** Why not; undefined: it can be done. */
  readonly reason: (vm: Vm, action: VmAction) => string | undefined;
  readonly run: (vm: Vm, action: VmAction) => void;
  readonly isPending: boolean;
  readonly menu: (vm: Vm, without?: readonly VmAction[]) => MenuItem[];
  /** The menu of just these. */
  readonly pick: (vm: Vm, which: readonly VmAction[]) => MenuItem[];
  /** Render it once, anywhere. */
  readonly dialog: ReactNode;
}

/** After it there is no VM any more. */
const isEnd = (action: VmAction): boolean => action === 'delete' || action === 'forget' || action === 'purge';

export function useVmActions(options: { readonly onDeleted?: () => void } = {}): VmActions {
  const names = useT(actionMessages);
  const words = useT(binMessages);
  const verdicts = useT(verdictMessages);
  const navigate = useNavigate();
  const toast = useToast();
  const queries = useQueryClient();
  const isAdmin = useIsAdmin();
  const [open, setOpen] = useState<{ vm: Vm; action: DialogAction } | null>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: ({ verb, vm }: { verb: Verb; vm: Vm }) => runVerb(verb, vm.id),
    onError: toast.problem,
    // The event that follows says the same; this is for when the stream is down.
    onSettled: () =>
      Promise.all(
        (['vmGet', 'vmList'] as const).map((name) => queries.invalidateQueries({ queryKey: [name] })),
      ),
  });

  const reason = (vm: Vm, action: VmAction) =>
    vm.actions[action] === 'ok' ? undefined : verdicts(vm.actions[action]);
  const run = (vm: Vm, action: VmAction) => {
    if (action === 'openDesktop') void navigate(`/vms/${vm.id}/desktop`);
    else if (action === 'openSerialConsole') void navigate(`/vms/${vm.id}/serial-console`);
    else if (needsDialog(action)) setOpen({ vm, action });
    else mutate({ verb: action, vm });
  };
  const isShown = (vm: Vm, action: VmAction) => {
    if (vm.actions[action] === 'admin_only' && !isAdmin) return false;
    // In the recycle bin a VM has few actions, and they are nobody else's.
    if (vm.deletion) return vm.actions[action] === 'ok' || action === 'undelete' || action === 'purge';
    if (action === 'undelete' || action === 'purge') return false;
    // One of each pair is enough: what is running cannot be started.
    if (action === 'resume') return vm.state === 'paused';
    if (action === 'suspend') return vm.state !== 'paused';
    if (action === 'restore') return vm.state === 'saved';
    if (action === 'defineAgain') return vm.state === 'missing';
    if (action === 'startElsewhere') return vm.state === 'unknown';
    if (action === 'forget') return vm.actions.forget === 'ok';
    if (action === 'remake') return vm.adoption === null;
    return true;
  };
  const item = (vm: Vm, action: VmAction): MenuAction => ({
    label: action === 'protect' && vm.isProtected ? words('unprotect') : names(action),
    icon: actionIcons[action],
    reason: reason(vm, action),
    isDangerous: isEnd(action) || action === 'remake',
    onSelect: () => run(vm, action),
  });
  return {
    reason,
    run,
    isPending,
    menu: (vm, without = []) =>
      groups.flatMap((group, index) => {
        const shown = group.filter((action) => isShown(vm, action) && !without.includes(action));
        if (shown.length === 0) return [];
        const items = shown.map((action) => item(vm, action));
        return index === 0 || (without.length > 0 && index === 1) ? items : ['-' as const, ...items];
      }),
    pick: (vm, which) => which.filter((action) => isShown(vm, action)).map((action) => item(vm, action)),
    dialog: open && (
      <VmActionDialog
        vm={open.vm}
        action={open.action}
        onClose={() => setOpen(null)}
        onDone={() => isEnd(open.action) && options.onDeleted?.()}
      />
    ),
  };
}
