import { IconChevronLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { HelpTopic } from '../words/help.messages.ts';
import { HelpButton } from './HelpButton.tsx';
import './page.css';

interface PageProps {
  readonly title: string;
  /** What the page is for, told on demand. */
  readonly help: HelpTopic;
  /** Shown instead of the plain title, which still names the browser's tab. */
  readonly heading?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
  readonly actions?: ReactNode;
  /** Forms and texts read better in a column. */
  readonly isNarrow?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, help, heading, back, actions, isNarrow = false, children }: PageProps) {
  useDocumentTitle(title);
  const container = isNarrow ? 'container-narrow container-xl' : 'container-xl';
  return (
    <>
      <div className="page-header d-print-none">
        <div className={container}>
          <div className="row g-2 align-items-center">
            <div className="col page-heading">
              {back && (
                <Link to={back.to} className="page-pretitle d-inline-flex align-items-center link-secondary">
                  <IconChevronLeft size={14} aria-hidden="true" />
                  {back.label}
                </Link>
              )}
              <div className="page-title-line">
                <h1 className="page-title">{heading ?? title}</h1>
                <HelpButton topic={help} />
              </div>
            </div>
            {actions && <div className="col-auto ms-auto d-flex flex-wrap gap-2">{actions}</div>}
          </div>
        </div>
      </div>
      <div className="page-body">
        <div className={container}>{children}</div>
      </div>
    </>
  );
}

export function useDocumentTitle(title: string): void {
  const first = useRef(document.title);
  useEffect(() => {
    document.title = title ? `${title} · LouCloud` : first.current;
  }, [title]);
}
