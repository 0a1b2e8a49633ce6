/** A screen to watch, and nothing else. */
import type { ConsoleTicket } from '@loucloud/api';
import { IconSettings } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
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

/** Nobody tells those who only watch when the VM runs again. */
const ASK_AGAIN_MS = 2000;

interface WatchedScreenProps {
  /** What is watched: another key asks for another ticket. */
  readonly watched: string;
  /** Of the VM; empty until it is known. */
  readonly name: string;
  readonly getTicket: () => Promise<ConsoleTicket>;
  /** Said when it is gone for good. */
  readonly gone: { readonly title: string; readonly hint: string };
}

export function WatchedScreen({ watched, name, getTicket, gone }: WatchedScreenProps) {
  const t = useT(desktopMessages);
  const frame = useRef<HTMLDivElement>(null);
  const { settings, items } = useViewSettings();
  const { state, watchers, retry, askAgain, target, rfb } = useScreen({
    key: watched,
    isViewOnly: true,
    settings,
    getTicket,
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
    onSelect: () => rfb && saveScreenshot(rfb, name),
  };
  return (
    <ScreenFrame
      name={name || t('watchTitle')}
      title={name === '' ? t('watchTitle') : t('desktopTitle', { name })}
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
      {state.phase !== 'open' && (
        <div className="screen-overlay" role="status">
          <div className="screen-message">
            {isDead ? (
              <>
                <p className="h3 mb-1">{gone.title}</p>
                <p className="m-0">{gone.hint}</p>
              </>
            ) : (
              <LinkMessage state={state} onRetry={retry} />
            )}
          </div>
        </div>
      )}
      <div
        ref={target}
        className="screen-target"
        role="application"
        aria-label={t('watchedScreen', { name })}
      />
    </ScreenFrame>
  );
}
