import type { ConsoleTicket, Vm, Watchers } from '@loucloud/api';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ConsoleLink, type LinkState } from './console-link.ts';

interface Screen {
  /** Shows what comes through the socket; answers how to clean up. */
  readonly attach: (socket: WebSocket, link: ConsoleLink) => () => void;
  readonly getTicket: () => Promise<ConsoleTicket>;
}

/** What is looked at, and how: another key is another link. `state`: of the VM, where it is known. */
interface Sight {
  readonly key: string;
  readonly state?: Vm['state'];
}

const NOBODY: Watchers = { others: 0, names: [] };

/** Keeps a link alive as long as the page is open, and wakes it when the VM runs again or the network is back. */
export function useConsoleLink(sight: Sight | undefined, screen: Screen) {
  const [state, setState] = useState<LinkState>({ phase: 'connecting' });
  const [watchers, setWatchers] = useState<Watchers>(NOBODY);
  const link = useRef<ConsoleLink | null>(null);
  const latest = useRef(screen);
  useLayoutEffect(() => {
    latest.current = screen;
  });
  const key = sight?.key;

  useEffect(() => {
    if (key === undefined) return undefined;
    let detach: (() => void) | undefined;
    const created = new ConsoleLink({
      getTicket: () => latest.current.getTicket(),
      connect: (path, protocols) =>
        new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')), protocols),
      onSocket: (socket) => {
        detach?.();
        detach = latest.current.attach(socket, created);
      },
      onState: setState,
      onWatchers: setWatchers,
    });
    link.current = created;
    created.start();
    const wake = () => {
      if (document.visibilityState === 'visible') created.wake();
    };
    const lose = () => created.offline();
    addEventListener('offline', lose);
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      removeEventListener('offline', lose);
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      created.stop();
      detach?.();
      link.current = null;
    };
  }, [key]);

  const vmState = sight?.state;
  useEffect(() => {
    if (vmState === 'running' || vmState === 'paused') link.current?.wake();
  }, [vmState]);

  return { state, watchers, retry: () => link.current?.start(), askAgain: () => link.current?.start(true) };
}
