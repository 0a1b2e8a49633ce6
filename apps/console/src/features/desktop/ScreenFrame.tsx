/** The page around a screen: one bar on top, the rest is the VM's. */
import type { Vm } from '@loucloud/api';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useRef } from 'react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { useDocumentTitle } from '../../ui/Page.tsx';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import { desktopMessages } from './desktop.messages.ts';
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
  readonly frame?: RefObject<HTMLDivElement | null>;
  /** Under the screen, which makes room for it. */
  readonly below?: ReactNode;
}

export function ScreenFrame({ name, vm, badge, title, tools, children, frame, below }: ScreenFrameProps) {
  const t = useT(desktopMessages);
  const own = useRef<HTMLDivElement>(null);
  useDocumentTitle(title);
  return (
    <div ref={frame ?? own} className="screen-page" data-bs-theme="dark">
      <header className="screen-bar">
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
        <div className="screen-tools">{tools}</div>
      </header>
      <main className="screen-main">{children}</main>
      {below}
    </div>
  );
}
