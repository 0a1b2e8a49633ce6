/** What can be done to the selected VMs at once. */
import type { Vm } from '@loucloud/api';
import { type ReactNode, useState } from 'react';
import { useT } from '../../app/language.tsx';
import type { List } from '../../app/list.ts';
import type { Selection } from '../../app/selection.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { actionMessages, verdictMessages } from '../../words/vms.messages.ts';
import { BulkDialog } from './BulkDialog.tsx';
import type { BulkVerb } from './bulk-run.ts';
import { actionIcons } from './vm-verbs.ts';

interface VmBulk {
  /** For the toolbar, while something is selected. */
  readonly buttons: ReactNode;
  /** It outlives the selection: what is deleted is gone from the list before its result is told. */
  readonly dialog: ReactNode;
}

interface VmBulkOptions {
  readonly verbs: readonly BulkVerb[];
  readonly list: List<Vm>;
  readonly selection: Selection<Vm>;
}

export function useVmBulkActions({ verbs, list, selection }: VmBulkOptions): VmBulk {
  const names = useT(actionMessages);
  const verdicts = useT(verdictMessages);
  const [open, setOpen] = useState<BulkVerb | null>(null);
  const { rows, isEverything, clear } = selection;
  /** Pressed if it is possible for at least one; the others answer for themselves. */
  const reasonOf = (verb: BulkVerb) => {
    if (isEverything || rows.some((vm) => vm.actions[verb] === 'ok')) return undefined;
    const [first] = rows;
    return first ? verdicts(first.actions[verb]) : undefined;
  };
  const close = (hasRun: boolean) => {
    setOpen(null);
    if (hasRun) clear();
  };
  return {
    buttons: verbs.map((verb) => (
      <ActionButton
        key={verb}
        icon={actionIcons[verb]}
        className={verb === 'delete' || verb === 'purge' ? 'btn-sm btn-outline-danger' : 'btn-sm'}
        reason={reasonOf(verb)}
        onClick={() => setOpen(verb)}
      >
        {names(verb)}
      </ActionButton>
    )),
    dialog: open && <BulkDialog verb={open} list={list} selection={selection} onClose={close} />,
  };
}
