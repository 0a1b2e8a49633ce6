/** A screen that somebody gave a link to. */
import { useState } from 'react';
import { useLocation } from 'react-router';
import { call } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { WatchedScreen } from './WatchedScreen.tsx';
import { desktopMessages } from './desktop.messages.ts';

export function WatchPage() {
  const t = useT(desktopMessages);
  const secret = useLocation().hash.slice(1);
  const [vmName, setVmName] = useState('');
  const getTicket = async () => {
    const ticket = await call('watchDesktop', { body: { secret: secret || '-' } });
    setVmName(ticket.vmName);
    return ticket;
  };
  const gone = { title: t('deadLink'), hint: t('deadLinkHint') };
  return <WatchedScreen watched={secret} name={vmName} getTicket={getTicket} gone={gone} />;
}
