import type { Vm } from '@loucloud/api';
import {
  IconCommand,
  IconEye,
  IconKeyboard,
  IconLanguage,
  IconPower,
  IconSettings,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { NotFound } from '../../ui/FullPageError.tsx';
import { Menu, type MenuItem } from '../../ui/Menu.tsx';
import { useVmActions } from '../vms/vm-actions.tsx';
import { ComposeBar } from './ComposeBar.tsx';
import { FullScreenButton } from './FullScreenButton.tsx';
import { GuestTextBar, GuestTextButton } from './GuestText.tsx';
import { GONE, LinkOverlay } from './LinkOverlay.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { ScreenProblem } from './ScreenProblem.tsx';
import { ScreenSplash } from './ScreenSplash.tsx';
import { ShareDialog } from './ShareDialog.tsx';
import { TouchKeyboard } from './TouchKeyboard.tsx';
import { TypeTextDialog } from './TypeTextDialog.tsx';
import { WatchersHint } from './WatchersHint.tsx';
import { desktopMessages } from './desktop.messages.ts';
import type { Rfb } from './rfb-screen.ts';
import { saveScreenshot } from './screenshot.ts';
import { pressTogether, specialKeys } from './special-keys.ts';
import { useGuestClipboard } from './use-guest-clipboard.ts';
import { useScreen } from './use-screen.ts';
import { useViewSettings } from './view-settings.ts';

export function DesktopPage() {
  const { vmId = '' } = useParams();
  const { data: vm, error, refetch } = useQuery(query('vmGet', { params: { vmId } }));
  if (vm) return <Desktop vm={vm} isGone={error?.code === 'not_found'} />;
  if (error?.code === 'not_found' || error?.code === 'invalid_request') return <NotFound />;
  return error ? (
    <ScreenProblem vmId={vmId} error={error} onRetry={() => void refetch()} />
  ) : (
    <ScreenSplash />
  );
}

const powerActions = ['start', 'resume', 'shutdown', 'reboot', 'suspend', 'powerOff', 'reset'] as const;
type Opened = 'typing' | 'sharing';

function Desktop({ vm, isGone }: { vm: Vm; isGone: boolean }) {
  const t = useT(desktopMessages);
  const actions = useVmActions();
  const frame = useRef<HTMLDivElement>(null);
  const { isViewOnly, watchOnly } = useWatchOnly();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [below, setBelow] = useState<'composing' | 'copied' | null>(null);
  const { settings, items } = useViewSettings();
  const { state, watchers, retry, target, rfb, copied, put } = useScreen({
    key: `${vm.id} ${isViewOnly}`,
    vmState: vm.state,
    isViewOnly,
    settings,
    getTicket: () => call('vmDesktop', { params: { vmId: vm.id }, query: { isViewOnly } }),
  });
  const hands = state.phase === 'open' && !isViewOnly ? rfb : null;
  const isSending = hands !== null && (below === 'composing' || opened === 'typing');
  const clipboard = useGuestClipboard(vm.id, { isAsked: isSending, put });
  const toggle = (bar: typeof below) => setBelow(below === bar ? null : bar);
  const closeBelow = () => {
    setBelow(null);
    rfb?.focus();
  };
  const reason = hands ? undefined : isViewOnly ? t('isViewOnly') : t('noScreen');
  const viewMenu: MenuItem[] = [
    ...items,
    '-',
    {
      label: t('screenshot'),
      reason: rfb ? undefined : t('noScreen'),
      onSelect: () => rfb && saveScreenshot(rfb, vm.name),
    },
    { label: t('viewOnly'), isChecked: isViewOnly, onSelect: () => watchOnly(!isViewOnly) },
    { label: t('share'), onSelect: () => setOpened('sharing') },
    '-',
    useSerialItem(vm.id),
  ];
  return (
    <ScreenFrame
      name={vm.name}
      vm={vm}
      title={t('desktopTitle', { name: vm.name })}
      takesKeys={!isViewOnly}
      frame={frame}
      tools={
        <>
          <WatchersHint watchers={watchers} />
          {isViewOnly && <WatchingBadge onEnd={() => watchOnly(false)} />}
          {hands && <GuestTextButton text={copied} onOpen={() => toggle('copied')} />}
          <KeyTools
            hands={hands}
            reason={reason}
            onType={() => setOpened('typing')}
            onCompose={() => toggle('composing')}
          />
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
          <FullScreenButton frame={frame} />
        </>
      }
      below={
        <>
          {below === 'composing' && !isViewOnly && (
            <ComposeBar sender={hands} clipboard={clipboard} onClose={closeBelow} />
          )}
          {below === 'copied' && copied !== '' && <GuestTextBar text={copied} onClose={closeBelow} />}
        </>
      }
    >
      <LinkOverlay vm={vm} state={isGone ? GONE : state} onRetry={retry} actions={actions} screen={target} />
      <div
        ref={target}
        className="screen-target"
        role="application"
        aria-label={t(isViewOnly ? 'watchedScreen' : 'screen', { name: vm.name })}
      />
      {opened === 'typing' && hands && (
        <TypeTextDialog name={vm.name} sender={hands} clipboard={clipboard} onClose={() => setOpened(null)} />
      )}
      {opened === 'sharing' && <ShareDialog vm={vm} onClose={() => setOpened(null)} />}
      {actions.dialog}
    </ScreenFrame>
  );
}

interface KeyToolsProps {
  readonly hands: Rfb | null;
  readonly reason: string | undefined;
  readonly onType: () => void;
  readonly onCompose: () => void;
}

/** What makes keys that one's own keyboard cannot. */
function KeyTools({ hands, reason, onType, onCompose }: KeyToolsProps) {
  const t = useT(desktopMessages);
  const items = specialKeys.flatMap((group, index): MenuItem[] => [
    ...(index > 0 ? (['-'] as const) : []),
    ...group.map(([label, keys]) => ({
      label,
      reason,
      onSelect: () => hands && pressTogether(hands, keys),
    })),
  ]);
  return (
    <>
      <ActionButton
        className="btn-sm btn-ghost-light screen-wide"
        reason={reason}
        onClick={() => hands?.sendCtrlAltDel()}
      >
        {t('ctrlAltDel')}
      </ActionButton>
      <Menu items={items} label={t('specialKeys')} className="btn btn-icon btn-sm btn-ghost-light">
        <IconCommand size={18} aria-hidden="true" />
      </Menu>
      <ActionButton className="btn-sm btn-ghost-light" icon={IconKeyboard} reason={reason} onClick={onType}>
        <span className="screen-tool-text">{t('typeText')}</span>
      </ActionButton>
      <ActionButton
        className="btn-sm btn-ghost-light"
        icon={IconLanguage}
        reason={reason}
        onClick={onCompose}
      >
        <span className="screen-tool-text">{t('compose')}</span>
      </ActionButton>
      {hands && <TouchKeyboard sender={hands} />}
    </>
  );
}

function WatchingBadge({ onEnd }: { onEnd: () => void }) {
  const t = useT(desktopMessages);
  return (
    <button type="button" className="btn btn-sm btn-ghost-light" title={t('endViewOnly')} onClick={onEnd}>
      <IconEye size={18} className="icon" aria-hidden="true" />
      <span>{t('viewOnly')}</span>
    </button>
  );
}

/** The address says it, so that it can be linked to. */
function useWatchOnly() {
  const [search, setSearch] = useSearchParams();
  return {
    isViewOnly: search.has('watch'),
    watchOnly: (isOn: boolean) => setSearch(isOn ? { watch: '' } : {}, { replace: true }),
  };
}

function useSerialItem(vmId: string): MenuItem {
  const t = useT(desktopMessages);
  const navigate = useNavigate();
  return { label: t('toSerial'), onSelect: () => void navigate(`/vms/${vmId}/serial-console`) };
}
