/** noVNC on a socket of ours, so that the close code says which layer failed. */
import type RFB from '@novnc/novnc';
import { codeOf } from '../../app/page-code.ts';
import type { ConsoleLink } from './console-link.ts';
import { mayTakeFocus } from './screen-focus.ts';

export type Rfb = RFB;
/** Fetched with the first desktop: it is as large as the rest of the page. */
export const loadRfb = async (): Promise<typeof RFB> => (await codeOf(() => import('@novnc/novnc'))).default;

interface ScreenOptions {
  readonly target: HTMLElement;
  readonly socket: WebSocket;
  readonly link: ConsoleLink;
  readonly onChange: (rfb: RFB | null) => void;
  readonly setUp: (rfb: RFB) => void;
  /** Text was copied in the guest. */
  readonly onCopied: (text: string) => void;
}

export function openScreen(
  Rfb: typeof RFB,
  { target, socket, link, onChange, setUp, onCopied }: ScreenOptions,
): () => void {
  const rfb = new Rfb(target, socket, { shared: true });
  rfb.background = 'transparent';
  rfb.showDotCursor = true;
  setUp(rfb);
  rfb.addEventListener('connect', () => {
    onChange(rfb);
    link.opened();
    // noVNC's own is for the mouse alone.
    target.querySelector('canvas')?.setAttribute('tabindex', '0');
    if (mayTakeFocus(target)) rfb.focus({ preventScroll: true });
  });
  rfb.addEventListener('clipboard', ({ detail }) => onCopied(detail.text));
  // QEMU asks for no password: only something in between could.
  rfb.addEventListener('credentialsrequired', () => link.failed('vnc_refused'));
  rfb.addEventListener('securityfailure', () => link.failed('vnc_refused'));
  let isOver = false;
  rfb.addEventListener('disconnect', ({ detail }) => {
    isOver = true;
    onChange(null);
    // noVNC itself gave up on an open socket; a closed one has told the link already.
    if (!detail.clean && socket.readyState === WebSocket.OPEN) link.failed('protocol_failed');
  });
  return () => {
    onChange(null);
    if (!isOver) rfb.disconnect();
    target.replaceChildren();
  };
}
