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
  readonly vm: Vm;
  readonly title: string;
  readonly tools: ReactNode;
  readonly children: ReactNode;
  readonly frame?: RefObject<HTMLDivElement | null>;
}

export function ScreenFrame({ vm, title, tools, children, frame }: ScreenFrameProps) {
  const t = useT(desktopMessages);
  const own = useRef<HTMLDivElement>(null);
  useDocumentTitle(title);
  return (
    <div ref={frame ?? own} className="screen-page" data-bs-theme="dark">
      <header className="screen-bar">
        <Link
          to={`/vms/${vm.id}`}
          className="btn btn-icon btn-ghost-light btn-sm"
          aria-label={t('back', { name: vm.name })}
          title={t('back', { name: vm.name })}
        >
          <IconArrowLeft size={18} aria-hidden="true" />
        </Link>
        <h1 className="screen-name text-truncate">{vm.name}</h1>
        <VmStateBadge vm={vm} />
        <div className="screen-tools">{tools}</div>
      </header>
      <main className="screen-main">{children}</main>
    </div>
  );
}
