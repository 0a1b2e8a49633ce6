import { IconMaximize, IconMinimize } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { useT } from '../../app/language.tsx';
import { desktopMessages } from './desktop.messages.ts';

/** Not on an iPhone, which has no full screen for pages. */
export function FullScreenButton({ frame }: { frame: RefObject<HTMLDivElement | null> }) {
  const t = useT(desktopMessages);
  const [isOn, setIsOn] = useState(false);
  useEffect(() => {
    const follow = () => setIsOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const label = isOn ? t('leaveFullScreen') : t('fullScreen');
  const Icon = isOn ? IconMinimize : IconMaximize;
  return (
    <button
      type="button"
      className="btn btn-icon btn-sm btn-ghost-light"
      aria-label={label}
      title={label}
      onClick={() => void (isOn ? document.exitFullscreen() : enter(frame.current))}
    >
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}

/** With the keyboard's lock, where the browser has it, Esc and Alt-Tab too go to the VM. */
async function enter(frame: HTMLElement | null): Promise<void> {
  await frame?.requestFullscreen();
  const { keyboard } = navigator as { keyboard?: { lock?: () => Promise<void> } };
  await keyboard?.lock?.();
}
