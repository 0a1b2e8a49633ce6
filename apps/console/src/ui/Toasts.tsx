/** Short news in the corner, read aloud politely. They stay above dialogs, and wait while the mouse or the focus is on them. */
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import {
  type ReactNode,
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useErrorText } from '../app/error-text.ts';
import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

interface Toast {
  readonly id: number;
  readonly tone: 'success' | 'danger' | 'info';
  readonly text: ReactNode;
}
interface Tell {
  readonly success: (text: ReactNode) => void;
  readonly info: (text: ReactNode) => void;
  readonly problem: (error: Parameters<ReturnType<typeof useErrorText>>[0]) => void;
}

const SHOWN_MS = 6000;
const ToastContext = createContext<Tell | null>(null);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const errorText = useErrorText();
  const add = useCallback((tone: Toast['tone'], text: ReactNode) => {
    const id = (nextId.current += 1);
    setToasts((shown) => [...shown.slice(-3), { id, tone, text }]);
  }, []);
  const remove = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const tell = useMemo<Tell>(
    () => ({
      success: (text) => add('success', text),
      info: (text) => add('info', text),
      problem: (error) => add('danger', errorText(error)),
    }),
    [add, errorText],
  );
  return (
    <ToastContext value={tell}>
      {children}
      <ToastList toasts={toasts} onRemove={remove} />
    </ToastContext>
  );
}

export function useToast(): Tell {
  const tell = useContext(ToastContext);
  if (!tell) throw new Error('useToast outside of ToastProvider');
  return tell;
}

function ToastList({ toasts, onRemove }: { toasts: readonly Toast[]; onRemove: (id: number) => void }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    // Shown anew, it comes to lie above a dialog that was opened since.
    if (element.matches(':popover-open')) element.hidePopover();
    if (toasts.length > 0) element.showPopover();
  }, [toasts]);
  return (
    <div ref={list} popover="manual" className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onRemove={onRemove} />
      ))}
    </div>
  );
}

const icons = { success: IconCircleCheck, danger: IconAlertTriangle, info: IconInfoCircle } as const;
const colours = { success: 'text-success', danger: 'text-danger', info: 'text-primary' } as const;

function ToastCard({ toast, onRemove }: { toast: Toast; onRemove: (id: number) => void }) {
  const t = useT(uiMessages);
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld || toast.tone === 'danger') return;
    const timer = setTimeout(() => onRemove(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, toast, onRemove]);
  const Icon = icons[toast.tone];
  return (
    <div
      className="toast show"
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <div className="toast-body d-flex gap-2 align-items-start">
        <Icon className={`flex-shrink-0 ${colours[toast.tone]}`} size={20} aria-hidden="true" />
        <div className="flex-fill text-break">{toast.text}</div>
        <button
          type="button"
          className="btn-close flex-shrink-0"
          aria-label={t('close')}
          onClick={() => onRemove(toast.id)}
        />
      </div>
    </div>
  );
}
