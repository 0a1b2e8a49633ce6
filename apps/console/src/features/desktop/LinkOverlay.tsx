/** Over a screen that is not there: why, and what to do. */
import type { Vm } from '@loucloud/api';
import { IconPower } from '@tabler/icons-react';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { actionMessages, causeMessages, stateMessages } from '../../words/vms.messages.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import type { useVmActions } from '../vms/vm-actions.tsx';
import { actionIcons, mainActions } from '../vms/vm-verbs.ts';
import type { LinkState } from './console-link.ts';
import { LinkMessage } from './LinkMessage.tsx';
import { desktopMessages } from './desktop.messages.ts';

/** Deleted while the page was open. */
export const GONE: LinkState = { phase: 'ended', failure: 'vm_deleted' };

interface LinkOverlayProps {
  readonly vm: Vm;
  readonly state: LinkState;
  readonly onRetry: () => void;
  readonly actions: ReturnType<typeof useVmActions>;
  readonly screen: RefObject<HTMLElement | null>;
}

/** To be rendered before the screen, which lets nobody go on to what comes after it by Tab. */
export function LinkOverlay({ vm, state, onRetry, actions, screen }: LinkOverlayProps) {
  const isOff = vm.state !== 'running' && vm.state !== 'paused' && vm.state !== 'unknown';
  if (state.phase === 'open')
    return vm.state === 'paused' && !vm.operation ? (
      <PausedNote vm={vm} actions={actions} screen={screen} />
    ) : null;
  return (
    <div className="screen-overlay" role="status">
      <div className="screen-message">
        {isOff && state.phase !== 'ended' ? (
          <StoppedMessage vm={vm} actions={actions} />
        ) : (
          <LinkMessage state={state} onRetry={onRetry} />
        )}
      </div>
    </div>
  );
}

/** Its screen stands still, and takes no key: without a word it would look broken. */
function PausedNote({ vm, actions, screen }: Pick<LinkOverlayProps, 'vm' | 'actions' | 'screen'>) {
  const note = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current: element } = note;
    const { current: target } = screen;
    return () => {
      // Whoever resumed the VM from here goes on in its screen.
      if (element?.contains(document.activeElement) === true)
        target?.querySelector<HTMLElement>('[tabindex="0"], textarea')?.focus();
    };
  }, [screen]);
  const states = useT(stateMessages);
  const causes = useT(causeMessages);
  const names = useT(actionMessages);
  return (
    <div ref={note} className="screen-note" role="status">
      <span>
        {states(vm.state)} · {causes(vm.stateCause)}
      </span>
      <ActionButton
        className="btn-sm btn-primary"
        icon={actionIcons.resume}
        reason={actions.reason(vm, 'resume')}
        onClick={() => actions.run(vm, 'resume')}
      >
        {names('resume')}
      </ActionButton>
    </div>
  );
}

function StoppedMessage({ vm, actions }: Pick<LinkOverlayProps, 'vm' | 'actions'>) {
  const t = useT(desktopMessages);
  const states = useT(stateMessages);
  const causes = useT(causeMessages);
  const names = useT(actionMessages);
  const [next] = mainActions(vm);
  return (
    <>
      <IconPower size={40} className="mb-2" aria-hidden="true" />
      <p className="h3 mb-1">{t('stopped', { name: vm.name })}</p>
      <p className="mb-1">
        {states(vm.state)} · {causes(vm.stateCause)}
      </p>
      {vm.operation ? (
        <OperationStatus operation={vm.operation} />
      ) : (
        next && (
          <>
            <p className="mb-3 small">{t('stoppedHint')}</p>
            <ActionButton
              className="btn-primary"
              icon={actionIcons[next]}
              reason={actions.reason(vm, next)}
              onClick={() => actions.run(vm, next)}
            >
              {names(next)}
            </ActionButton>
          </>
        )
      )}
    </>
  );
}
