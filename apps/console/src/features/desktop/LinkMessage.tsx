/** Which layer failed, and what to do. */
import { IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import type { LinkState } from './console-link.ts';
import { desktopMessages, failureMessages, remedyMessages } from './desktop.messages.ts';

type NotOpen = Exclude<LinkState, { readonly phase: 'open' }>;

export function LinkMessage({ state, onRetry }: { state: LinkState; onRetry: () => void }) {
  if (state.phase === 'open') return null;
  return state.phase === 'connecting' ? <Connecting /> : <Failed state={state} onRetry={onRetry} />;
}

function Connecting() {
  const t = useT(desktopMessages);
  return (
    <>
      <div className="spinner-border mb-3" aria-hidden="true" />
      <p className="m-0">{t('connecting')}</p>
    </>
  );
}

function Failed({
  state,
  onRetry,
}: {
  state: Exclude<NotOpen, { readonly phase: 'connecting' }>;
  onRetry: () => void;
}) {
  const t = useT(desktopMessages);
  const failures = useT(failureMessages);
  const remedies = useT(remedyMessages);
  const ui = useT(uiMessages);
  const { phase, failure } = state;
  return (
    <>
      {phase === 'ended' ? (
        <IconPlugConnectedX size={40} className="mb-2" aria-hidden="true" />
      ) : (
        <div className="spinner-border mb-3" aria-hidden="true" />
      )}
      <p className="h3 mb-1">{phase === 'ended' ? t('ended') : t('reconnecting')}</p>
      <p className="mb-1">{failures(failure)}</p>
      <p className="mb-3 small">{remedies(failure)}</p>
      {failure === 'vm_deleted' || failure === 'not_found' ? (
        <Link to="/" className="btn">
          {ui('toHome')}
        </Link>
      ) : (
        <button type="button" className="btn" onClick={onRetry}>
          {t('reconnectNow')}
        </button>
      )}
    </>
  );
}
