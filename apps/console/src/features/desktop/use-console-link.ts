import type { ConsoleTicket, Vm } from '@loucloud/api';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ConsoleLink, type LinkState } from './console-link.ts';

interface Screen {
  /** Shows what comes through the socket; answers how to clean up. */
  readonly attach: (socket: WebSocket, link: ConsoleLink) => () => void;
  readonly getTicket: () => Promise<ConsoleTicket>;
}

/** Keeps a link alive as long as the page is open, and wakes it when the VM runs again or the network is back. */
export function useConsoleLink(vm: Pick<Vm, 'id' | 'state'> | undefined, screen: Screen) {
  const [state, setState] = useState<LinkState>({ phase: 'connecting' });
  const link = useRef<ConsoleLink | null>(null);
  const latest = useRef(screen);
  useLayoutEffect(() => {
    latest.current = screen;
  });
  const vmId = vm?.id;

  useEffect(() => {
    if (vmId === undefined) return undefined;
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
    });
    link.current = created;
    created.start();
    const wake = () => {
      if (document.visibilityState === 'visible') created.wake();
    };
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      created.stop();
      detach?.();
      link.current = null;
    };
  }, [vmId]);

  const vmState = vm?.state;
  useEffect(() => {
    if (vmState === 'running' || vmState === 'paused') link.current?.wake();
  }, [vmState]);

  return { state, retry: () => link.current?.start() };
}
