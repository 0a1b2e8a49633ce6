/** The VM is gone from its server: what happened, and what can be done. */
import type { Vm } from '@loucloud/api';
import { IconUnlink } from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { actionMessages } from '../../words/vms.messages.ts';
import { outsideMessages } from './outside.messages.ts';
import type { useVmActions } from './vm-actions.tsx';
import { actionIcons } from './vm-verbs.ts';

interface VmMissingProps {
  readonly vm: Vm;
  readonly actions: ReturnType<typeof useVmActions>;
}

export function VmMissing({ vm, actions }: VmMissingProps) {
  const t = useT(outsideMessages);
  const names = useT(actionMessages);
  const isAdmin = useIsAdmin();
  const shown = isAdmin
    ? (['defineAgain', 'forget', 'delete'] as const)
    : (['defineAgain', 'delete'] as const);
  return (
    <div className="alert alert-warning m-0" role="status">
      <div className="alert-icon">
        <IconUnlink aria-hidden="true" />
      </div>
      <div>
        <h2 className="alert-heading h4 mb-1">{t('missing')}</h2>
        <p className="mb-2">
          {vm.stateCause === 'label_removed_outside' ? t('labelText') : t('missingText')}
        </p>
        <div className="d-flex flex-wrap gap-2">
          {shown.map((action) => (
            <ActionButton
              key={action}
              className="btn-sm"
              icon={actionIcons[action]}
              reason={actions.reason(vm, action)}
              onClick={() => actions.run(vm, action)}
            >
              {names(action)}
            </ActionButton>
          ))}
        </div>
      </div>
    </div>
  );
}
