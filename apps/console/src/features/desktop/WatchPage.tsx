/** A screen that somebody gave a link to: to watch, and nothing else. */
import { IconSettings } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { call } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { FullScreenButton } from './FullScreenButton.tsx';
import { LinkMessage } from './LinkMessage.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { WatchersHint } from './WatchersHint.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { saveScreenshot } from './screenshot.ts';
import { useScreen } from './use-screen.ts';
import { useViewSettings } from './view-settings.ts';

/** Nobody tells those who only have a link when the VM runs again. */
const ASK_AGAIN_MS = 2000;

export function WatchPage() {
  const t = useT(desktopMessages);
  const secret = useLocation().hash.slice(1);
  const frame = useRef<HTMLDivElement>(null);
  const [vmName, setVmName] = useState('');
  const { settings, items } = useViewSettings();
  const { state, watchers, retry, askAgain, target, rfb } = useScreen({
    key: secret,
    isViewOnly: true,
    settings,
    getTicket: async () => {
      const ticket = await call('watchDesktop', { body: { secret: secret || '-' } });
      setVmName(ticket.vmName);
      return ticket;
    },
  });
  useEffect(() => {
    if (state.phase !== 'waiting') return undefined;
    const timer = setTimeout(askAgain, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
    // What is asked is the same each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state]);
  const isDead = state.phase === 'ended' && state.failure === 'not_found';
  const screenshot = {
    label: t('screenshot'),
    reason: rfb ? undefined : t('noScreen'),
    onSelect: () => rfb && saveScreenshot(rfb, vmName),
  };
  return (
    <ScreenFrame
      name={vmName || t('watchTitle')}
      title={vmName === '' ? t('watchTitle') : t('desktopTitle', { name: vmName })}
      badge={<span className="badge bg-blue text-blue-fg">{t('viewOnly')}</span>}
      frame={frame}
      tools={
        <>
          <WatchersHint watchers={watchers} />
          <Menu
            items={[...items, '-', screenshot]}
            label={t('view')}
            className="btn btn-icon btn-sm btn-ghost-light"
          >
            <IconSettings size={18} aria-hidden="true" />
          </Menu>
          <FullScreenButton frame={frame} />
        </>
      }
    >
      <div
        ref={target}
        className="screen-target"
        role="application"
        aria-label={t('watchedScreen', { name: vmName })}
      />
      {state.phase !== 'open' && (
        <div className="screen-overlay" role="status">
          <div className="screen-message">
            {isDead ? <DeadLink /> : <LinkMessage state={state} onRetry={retry} />}
          </div>
        </div>
      )}
    </ScreenFrame>
  );
}

function DeadLink() {
  const t = useT(desktopMessages);
  return (
    <>
      <p className="h3 mb-1">{t('deadLink')}</p>
      <p className="m-0">{t('deadLinkHint')}</p>
    </>
  );
}
