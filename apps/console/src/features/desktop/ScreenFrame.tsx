/** The page around a screen: one bar on top, the rest is the VM's. */
import type { Vm } from '@loucloud/api';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { useDocumentTitle } from '../../ui/Page.tsx';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { LeaveKeys } from './leave-keys.ts';
import './screen.css';

interface ScreenFrameProps {
  readonly name: string;
  /** Whose page the arrow leads back to. */
  readonly vm?: Vm;
  /** Beside the name, in place of the VM's state. */
  readonly badge?: ReactNode;
  readonly title: string;
  readonly tools: ReactNode;
  readonly children: ReactNode;
  /** What is typed in it goes to the VM: keys of their own lead out of it. */
  readonly takesKeys?: boolean;
  readonly frame?: RefObject<HTMLDivElement | null>;
  /** Under the screen, which makes room for it. */
  readonly below?: ReactNode;
}

export function ScreenFrame(props: ScreenFrameProps) {
  const { name, vm, badge, title, tools, children, takesKeys = false, frame, below } = props;
  const t = useT(desktopMessages);
  const own = useRef<HTMLDivElement>(null);
  const leave = useRef(new LeaveKeys());
  const bar = useRef<HTMLElement>(null);
  useDocumentTitle(title);
  return (
    <div
      ref={frame ?? own}
      className="screen-page"
      data-bs-theme="dark"
      // Before the screen takes them: it lets no key through. What is composed below it keeps Tab too.
      onKeyDownCapture={({ code }) => leave.current.press(code)}
      onKeyUpCapture={(event) => {
        if (leave.current.release(event) && takesKeys)
          bar.current?.querySelector<HTMLElement>('a, button')?.focus();
      }}
      onBlur={() => leave.current.forget()}
    >
      <header ref={bar} className="screen-bar">
        {vm && (
          <Link
            to={`/vms/${vm.id}`}
            className="btn btn-icon btn-ghost-light btn-sm"
            aria-label={t('back', { name })}
            title={t('back', { name })}
          >
            <IconArrowLeft size={18} aria-hidden="true" />
          </Link>
        )}
        <h1 className="screen-name text-truncate">{name}</h1>
        {badge ?? (vm && <VmStateBadge vm={vm} />)}
        {takesKeys && <span className="screen-hint screen-way-out">{t('wayOut')}</span>}
        <div className="screen-tools">{tools}</div>
      </header>
      <main className="screen-main">{children}</main>
      {below}
    </div>
  );
}
