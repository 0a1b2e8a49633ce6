import { IconMenu2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { NavLink, useLocation } from 'react-router';
import { Brand } from './Brand.tsx';
import { LiveHint } from './LiveHint.tsx';
import { UserMenu } from './UserMenu.tsx';
import { useT } from './language.tsx';
import { type AdminPage, adminGroups } from './pages.ts';
import { shellMessages } from './shell.messages.ts';

export function AdminSideBar() {
  const t = useT(shellMessages);
  const [isOpen, setIsOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => setIsOpen(false), [pathname]);
  return (
    <aside className="navbar navbar-vertical navbar-expand-lg" data-bs-theme="dark">
      <div className="container-fluid">
        <button
          type="button"
          className="btn btn-icon btn-ghost-light d-lg-none"
          aria-expanded={isOpen}
          aria-controls="side-bar"
          aria-label={t('menu')}
          onClick={() => setIsOpen(!isOpen)}
        >
          <IconMenu2 aria-hidden="true" />
        </button>
        <Brand />
        <div className="d-lg-none">
          <UserMenu className="nav-link is-compact" />
        </div>
        <nav
          id="side-bar"
          className={`navbar-collapse collapse ${isOpen ? 'show' : ''}`}
          aria-label={t('mainMenu')}
        >
          {adminGroups.map(({ title, pages }) => {
            const shown = pages.filter((page) => page.label !== undefined);
            if (shown.length === 0) return null;
            return (
              <div key={title ?? 'top'} className="nav-group">
                {title && <div className="nav-group-title">{t(title)}</div>}
                <ul className="navbar-nav">
                  {shown.map((page) => (
                    <SideBarLine key={page.path} page={page} />
                  ))}
                </ul>
              </div>
            );
          })}
          <div className="nav-foot">
            <LiveHint />
            <div className="d-none d-lg-block">
              <UserMenu />
            </div>
          </div>
        </nav>
      </div>
    </aside>
  );
}

function SideBarLine({ page: { path, label, icon: Icon } }: { page: AdminPage }) {
  const t = useT(shellMessages);
  return (
    <li className="nav-item">
      <NavLink to={path} end={path === '/'} className="nav-link">
        {Icon && (
          <span className="nav-link-icon">
            <Icon size={20} aria-hidden="true" />
          </span>
        )}
        <span className="nav-link-title">{label && t(label)}</span>
      </NavLink>
    </li>
  );
}
