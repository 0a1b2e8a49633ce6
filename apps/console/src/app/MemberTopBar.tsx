import { IconDeviceDesktop, IconPlus, IconSchool, IconTrash } from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { Brand } from './Brand.tsx';
import { LiveHint } from './LiveHint.tsx';
import { UserMenu } from './UserMenu.tsx';
import { useT } from './language.tsx';
import { useMe } from './session.tsx';
import { shellMessages } from './shell.messages.ts';

export function MemberTopBar() {
  const t = useT(shellMessages);
  const { classes } = useMe();
  return (
    <header className="navbar member-bar d-print-none">
      <div className="container-xl">
        <Brand />
        <nav className="member-nav" aria-label={t('mainMenu')}>
          <NavLink to="/machines" className="nav-link" aria-label={t('myMachines')}>
            <IconDeviceDesktop size={20} aria-hidden="true" />
            <span>{t('myMachines')}</span>
          </NavLink>
          <NavLink to="/vms/new" className="nav-link" aria-label={t('newVm')}>
            <IconPlus size={20} aria-hidden="true" />
            <span>{t('newVm')}</span>
          </NavLink>
          <NavLink to="/recycle-bin" className="nav-link" aria-label={t('recycleBin')}>
            <IconTrash size={20} aria-hidden="true" />
            <span>{t('recycleBin')}</span>
          </NavLink>
          {classes > 0 && (
            <NavLink to="/classes" className="nav-link" aria-label={t('classes')}>
              <IconSchool size={20} aria-hidden="true" />
              <span>{t('classes')}</span>
            </NavLink>
          )}
        </nav>
        <div className="d-flex align-items-center gap-2">
          <LiveHint />
          <UserMenu />
        </div>
      </div>
    </header>
  );
}
