/** Light or dark: the user's choice, else the system's. Tabler reads it from <html data-bs-theme>. */
import {
  type ReactNode,
  createContext,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { rememberLocally, rememberedLocally } from './local-choice.ts';

export type Theme = 'light' | 'dark';
interface ThemeChoice {
  readonly theme: Theme;
  /** null: as the system says. */
  readonly choose: (theme: Theme | null) => void;
}

const ThemeContext = createContext<ThemeChoice | null>(null);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState<Theme | null>(() =>
    rememberedLocally<Theme>('theme', ['light', 'dark']),
  );
  const [isSystemDark, setIsSystemDark] = useState(prefersDark.matches);
  const theme = chosen ?? (isSystemDark ? 'dark' : 'light');
  const choose = useCallback((next: Theme | null) => {
    rememberLocally('theme', next);
    setChosen(next);
  }, []);
  useLayoutEffect(() => {
    const follow = () => setIsSystemDark(prefersDark.matches);
    prefersDark.addEventListener('change', follow);
    return () => prefersDark.removeEventListener('change', follow);
  }, []);
  useLayoutEffect(() => {
    document.documentElement.dataset['bsTheme'] = theme;
  }, [theme]);
  const value = useMemo(() => ({ theme, choose }), [theme, choose]);
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): ThemeChoice {
  const choice = useContext(ThemeContext);
  if (!choice) throw new Error('useTheme outside of ThemeProvider');
  return choice;
}
