/** A VM's screen in a page's element, for as long as the page is open. */
import type { ConsoleTicket, Vm } from '@loucloud/api';
import { useEffect, useRef, useState } from 'react';
import { putOnClipboard } from './guest-clipboard.ts';
import { type Rfb, loadRfb, openScreen } from './rfb-screen.ts';
import { useConsoleLink } from './use-console-link.ts';
import type { ViewSettings } from './view-settings.ts';

interface ScreenOptions {
  /** What is looked at, and how: another key asks for another ticket. */
  readonly key: string;
  /** Of the VM, where it is known. */
  readonly vmState?: Vm['state'];
  readonly isViewOnly: boolean;
  readonly settings: ViewSettings;
  readonly getTicket: () => Promise<ConsoleTicket>;
}

export function useScreen({ key, vmState, isViewOnly, settings, getTicket }: ScreenOptions) {
  const target = useRef<HTMLDivElement>(null);
  const screenClass = useRef<Awaited<ReturnType<typeof loadRfb>> | null>(null);
  const [rfb, setRfb] = useState<Rfb | null>(null);
  const line = useRef<WebSocket | null>(null);
  const [copied, setCopied] = useState({ key, text: '' });

  const link = useConsoleLink(
    { key, ...(vmState && { state: vmState }) },
    {
      // noVNC comes first: it must be there when the socket's first bytes are, or it misses them.
      getTicket: async () => {
        screenClass.current = await loadRfb();
        return getTicket();
      },
      attach: (socket, opened) => {
        if (!screenClass.current || !target.current) return () => undefined;
        line.current = socket;
        return openScreen(screenClass.current, {
          target: target.current,
          socket,
          link: opened,
          onChange: setRfb,
          onCopied: (text) => setCopied({ key, text }),
          setUp: (created) => apply(created, settings, isViewOnly),
        });
      },
    },
  );
  useEffect(() => {
    if (rfb) apply(rfb, settings, isViewOnly);
  }, [rfb, settings, isViewOnly]);
  return {
    ...link,
    target,
    rfb,
    /** What was copied last in the guest, while this screen was open; empty: nothing. */
    copied: copied.key === key ? copied.text : '',
    /** Puts text on the guest's clipboard. */
    put: async (text: string) => {
      if (line.current) await putOnClipboard(line.current, text);
    },
  };
}

function apply(
  rfb: Rfb,
  { isFitted, compressionLevel, qualityLevel }: ViewSettings,
  isViewOnly: boolean,
): void {
  rfb.scaleViewport = isFitted;
  rfb.viewOnly = isViewOnly;
  rfb.compressionLevel = compressionLevel;
  rfb.qualityLevel = qualityLevel;
}
