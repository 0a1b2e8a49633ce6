import type { Vm } from '@loucloud/api';
import { IconKeyboard, IconMaximize, IconMinimize, IconPower, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { usePreference } from '../../app/preferences.ts';
import { useMe } from '../../app/session.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { FullPageError, NotFound } from '../../ui/FullPageError.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { Splash } from '../../ui/Splash.tsx';
import { useVmActions } from '../vms/vm-actions.tsx';
import { GONE, LinkOverlay } from './LinkOverlay.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { TouchKeyboard } from './TouchKeyboard.tsx';
import { TypeTextDialog } from './TypeTextDialog.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { type Rfb, loadRfb, openScreen } from './rfb-screen.ts';
import { useConsoleLink } from './use-console-link.ts';

export function DesktopPage() {
  const { vmId = '' } = useParams();
  const { data: vm, error, refetch } = useQuery(query('vmGet', { params: { vmId } }));
  if (vm) return <Desktop vm={vm} isGone={error?.code === 'not_found'} />;
  if (error?.code === 'not_found' || error?.code === 'invalid_request') return <NotFound />;
  return error ? <FullPageError error={error} onRetry={() => void refetch()} /> : <Splash />;
}

const powerActions = ['start', 'resume', 'shutdown', 'reboot', 'suspend', 'powerOff', 'reset'] as const;

function Desktop({ vm, isGone }: { vm: Vm; isGone: boolean }) {
  const t = useT(desktopMessages);
  const navigate = useNavigate();
  const actions = useVmActions();
  const { preferences } = useMe();
  const prefer = usePreference();
  const frame = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLDivElement>(null);
  const screenClass = useRef<Awaited<ReturnType<typeof loadRfb>> | null>(null);
  const [rfb, setRfb] = useState<Rfb | null>(null);
  const [isViewOnly, setIsViewOnly] = useState(false);
  const [isTyping, setIsTyping] = useState(false);
  const fullScreen = useFullScreen(frame);
  const isFitted = preferences.desktopScaling;

  const { state, retry } = useConsoleLink(vm, {
    // noVNC comes first: it must be there when the socket's first bytes are, or it misses them.
    getTicket: async () => {
      screenClass.current = await loadRfb();
      return call('vmDesktop', { params: { vmId: vm.id }, query: {} });
    },
    attach: (socket, link) => {
      if (!screenClass.current || !target.current) return () => undefined;
      return openScreen(screenClass.current, {
        target: target.current,
        socket,
        link,
        onChange: setRfb,
        setUp: (created) => applyView(created, isFitted, isViewOnly),
      });
    },
  });
  useEffect(() => {
    if (rfb) applyView(rfb, isFitted, isViewOnly);
  }, [rfb, isFitted, isViewOnly]);

  const viewMenu: MenuItem[] = [
    { label: t('fit'), isChecked: isFitted, onSelect: () => prefer({ desktopScaling: true }) },
    { label: t('realSize'), isChecked: !isFitted, onSelect: () => prefer({ desktopScaling: false }) },
    '-',
    { label: t('viewOnly'), isChecked: isViewOnly, onSelect: () => setIsViewOnly(!isViewOnly) },
    '-',
    { label: t('toSerial'), onSelect: () => void navigate(`/vms/${vm.id}/serial-console`) },
  ];
  const isReady = state.phase === 'open' && rfb !== null && !isViewOnly;
  const reason = isReady ? undefined : isViewOnly ? t('isViewOnly') : t('noScreen');
  const FullScreenIcon = fullScreen.isOn ? IconMinimize : IconMaximize;
  return (
    <ScreenFrame
      vm={vm}
      title={t('desktopTitle', { name: vm.name })}
      frame={frame}
      tools={
        <>
          <ActionButton
            className="btn-sm btn-ghost-light"
            reason={reason}
            onClick={() => rfb?.sendCtrlAltDel()}
          >
            {t('ctrlAltDel')}
          </ActionButton>
          <ActionButton
            className="btn-sm btn-ghost-light"
            icon={IconKeyboard}
            reason={reason}
            onClick={() => setIsTyping(true)}
          >
            <span className="screen-tool-text">{t('typeText')}</span>
          </ActionButton>
          {isReady && <TouchKeyboard sender={rfb} />}
          <Menu
            items={actions.pick(vm, powerActions)}
            label={t('power')}
            className="btn btn-icon btn-sm btn-ghost-light"
          >
            <IconPower size={18} aria-hidden="true" />
          </Menu>
          <Menu items={viewMenu} label={t('view')} className="btn btn-icon btn-sm btn-ghost-light">
            <IconSettings size={18} aria-hidden="true" />
          </Menu>
          {fullScreen.isPossible && (
            <button
              type="button"
              className="btn btn-icon btn-sm btn-ghost-light"
              aria-label={fullScreen.isOn ? t('leaveFullScreen') : t('fullScreen')}
              title={fullScreen.isOn ? t('leaveFullScreen') : t('fullScreen')}
              onClick={fullScreen.toggle}
            >
              <FullScreenIcon size={18} aria-hidden="true" />
            </button>
          )}
        </>
      }
    >
      <div
        ref={target}
        className="screen-target"
        role="application"
        aria-label={t('screen', { name: vm.name })}
      />
      <LinkOverlay vm={vm} state={isGone ? GONE : state} onRetry={retry} actions={actions} />
      {isTyping && rfb && <TypeTextDialog name={vm.name} sender={rfb} onClose={() => setIsTyping(false)} />}
      {actions.dialog}
    </ScreenFrame>
  );
}

function applyView(rfb: Rfb, isFitted: boolean, isViewOnly: boolean): void {
  rfb.scaleViewport = isFitted;
  rfb.viewOnly = isViewOnly;
}

/** With the keyboard's lock, where the browser has it, Esc and Alt-Tab too go to the VM. */
async function enter(frame: HTMLElement | null): Promise<void> {
  await frame?.requestFullscreen();
  const { keyboard } = navigator as { keyboard?: { lock?: () => Promise<void> } };
  await keyboard?.lock?.();
}

function useFullScreen(frame: React.RefObject<HTMLDivElement | null>) {
  const [isOn, setIsOn] = useState(false);
  useEffect(() => {
    const follow = () => setIsOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);
  return {
    isOn,
    /** Not on an iPhone. */
    isPossible: document.fullscreenEnabled,
    toggle: () => void (isOn ? document.exitFullscreen() : enter(frame.current)),
  };
}
