/** How a screen is shown: its size is the account's preference, what the line carries is this browser's. */
import { useMemo, useState } from 'react';
import { useT } from '../../app/language.tsx';
import { rememberLocally, rememberedLocally } from '../../app/local-choice.ts';
import { usePreference } from '../../app/preferences.ts';
import { useMe } from '../../app/session.tsx';
import type { MenuItem } from '../../ui/Menu.tsx';
import { desktopMessages } from './desktop.messages.ts';

export interface ViewSettings {
  readonly isFitted: boolean;
  /** 0 to 9, as noVNC and QEMU have it. Quality counts only where QEMU may lose some (`lossy`). */
  readonly compressionLevel: number;
  readonly qualityLevel: number;
}

const lines = ['fast', 'normal', 'slow'] as const;
const levels = {
  fast: { compressionLevel: 0, qualityLevel: 9 },
  normal: { compressionLevel: 2, qualityLevel: 6 },
  slow: { compressionLevel: 9, qualityLevel: 2 },
} as const satisfies Record<(typeof lines)[number], Omit<ViewSettings, 'isFitted'>>;

export function useViewSettings(): { settings: ViewSettings; items: MenuItem[] } {
  const t = useT(desktopMessages);
  const { preferences } = useMe();
  const prefer = usePreference();
  const [line, setLine] = useState(() => rememberedLocally('line', lines) ?? 'normal');
  const isFitted = preferences.desktopScaling;
  const settings = useMemo(() => ({ isFitted, ...levels[line] }), [isFitted, line]);
  const items: MenuItem[] = [
    { label: t('fit'), isChecked: isFitted, onSelect: () => prefer({ desktopScaling: true }) },
    { label: t('realSize'), isChecked: !isFitted, onSelect: () => prefer({ desktopScaling: false }) },
    '-',
    ...lines.map((value) => ({
      label: t(`line_${value}`),
      isChecked: value === line,
      onSelect: () => {
        setLine(value);
        rememberLocally('line', value);
      },
    })),
  ];
  return { settings, items };
}
