/** What surrounds every page: a side bar for the admin, a plain top bar for everybody else. */
import { Suspense, useEffect, useRef } from 'react';
import { Outlet, useLocation } from 'react-router';
import { uiMessages } from '../ui/ui.messages.ts';
import { AdminSideBar } from './AdminSideBar.tsx';
import { MemberTopBar } from './MemberTopBar.tsx';
import { useT } from './language.tsx';
import { useIsAdmin } from './session.tsx';

export function Shell() {
  const t = useT(uiMessages);
  const isAdmin = useIsAdmin();
  return (
    <div className="page">
      <a href="#content" className="skip-link btn btn-primary">
        {t('skipToContent')}
      </a>
      {isAdmin ? <AdminSideBar /> : <MemberTopBar />}
      <div className="page-wrapper">
        <Content />
      </div>
    </div>
  );
}

function Content() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    // A screen reader starts at the new page, not at the link that led to it.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [pathname]);
  return (
    <main id="content" ref={main} tabIndex={-1} className="content">
      <Suspense>
        <Outlet />
      </Suspense>
    </main>
  );
}
