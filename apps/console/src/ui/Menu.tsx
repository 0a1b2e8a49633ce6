/** A menu of actions. One that is not possible stays in its place and says why. */
import { IconCheck } from '@tabler/icons-react';
import {
  type ComponentType,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { focusWhenShown, placeBeside } from './floating.ts';

export interface MenuAction {
  readonly label: string;
  readonly icon?: ComponentType<{ size?: number; className?: string; 'aria-hidden'?: 'true' }>;
  /** Why it cannot be done now. */
  readonly reason?: string | undefined;
  readonly isDangerous?: boolean;
  readonly isChecked?: boolean;
  /** One of several that are chosen at once: the menu waits for the next. */
  readonly staysOpen?: boolean;
  readonly onSelect: () => void;
}
/** `'-'` is a line between groups. */
export type MenuItem = MenuAction | '-';

interface MenuProps {
  readonly items: readonly MenuItem[];
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly align?: 'start' | 'end';
  /** The button's own text names it. */
  readonly hasText?: boolean;
}

export function Menu({
  items,
  label,
  children,
  className = 'btn',
  align = 'end',
  hasText = false,
}: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  /** Why the item that is pointed at cannot be chosen. */
  const [told, setTold] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const element = menu.current;
    if (!element) return;
    const follow = (event: ToggleEvent) => setIsOpen(event.newState === 'open');
    element.addEventListener('toggle', follow);
    return () => element.removeEventListener('toggle', follow);
  }, []);
  useEffect(() => {
    if (!isOpen || !menu.current || !button.current) return;
    placeBeside(menu.current, button.current, align);
    const close = (event: Event) => {
      if (!(event.target instanceof Node) || !menu.current?.contains(event.target))
        menu.current?.hidePopover();
    };
    addEventListener('scroll', close, { capture: true, passive: true });
    addEventListener('resize', close);
    return () => {
      removeEventListener('scroll', close, { capture: true });
      removeEventListener('resize', close);
    };
  }, [isOpen, align]);

  useEffect(() => {
    // What had the focus is called another way now, or is not possible any more.
    if (isOpen && menu.current && document.activeElement === document.body)
      optionsOf(menu.current)[0]?.focus();
  });

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const options = optionsOf(event.currentTarget);
    const at = options.indexOf(document.activeElement as HTMLElement);
    const targets: Readonly<Record<string, HTMLElement | undefined>> = {
      ArrowDown: options[(at + 1) % options.length],
      ArrowUp: options[(at - 1 + options.length) % options.length],
      Home: options[0],
      End: options.at(-1),
    };
    if (event.key === 'Tab') menu.current?.hidePopover();
    const target = targets[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={hasText ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        popoverTarget={id}
      >
        {children}
      </button>
      <div ref={menu} id={id} popover="auto" className="dropdown-menu floating">
        <div role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
          {withoutLooseLines(items).map((item, index) =>
            item === '-' ? (
              // The items of a menu are fixed in their order.
              // eslint-disable-next-line react/no-array-index-key
              <hr key={`line-${index}`} className="dropdown-divider" />
            ) : (
              <MenuOption
                key={item.label}
                action={item}
                isFirst={index === 0}
                close={() => menu.current?.hidePopover()}
                tell={setTold}
              />
            ),
          )}
        </div>
        <Reason items={items} told={told} />
      </div>
    </>
  );
}

/** One line for all: a menu in which every other line repeats why not is hard to read. */
function Reason({ items, told }: { items: readonly MenuItem[]; told: string | null }) {
  const reasons = new Set(
    items.flatMap((item) => (item === '-' || item.reason === undefined ? [] : [item.reason])),
  );
  if (reasons.size === 0) return null;
  const [only = ''] = reasons;
  return (
    <div className="menu-reason" aria-hidden="true">
      {told ?? (reasons.size === 1 ? only : '')}
    </div>
  );
}

interface MenuOptionProps {
  readonly action: MenuAction;
  readonly isFirst: boolean;
  readonly close: () => void;
  readonly tell: (reason: string | null) => void;
}

function MenuOption({ action, isFirst, close, tell }: MenuOptionProps) {
  const { label, icon: Icon, reason, isDangerous, isChecked, staysOpen, onSelect } = action;
  const isPossible = reason === undefined;
  const show = () => tell(reason ?? null);
  return (
    <button
      ref={isFirst ? focusWhenShown : null}
      type="button"
      role={isChecked === undefined ? 'menuitem' : staysOpen ? 'menuitemcheckbox' : 'menuitemradio'}
      aria-checked={isChecked}
      aria-disabled={!isPossible}
      aria-description={reason}
      tabIndex={-1}
      className={`dropdown-item ${isDangerous && isPossible ? 'text-danger' : ''} ${isChecked && !staysOpen ? 'active' : ''}`}
      onMouseEnter={show}
      onFocus={show}
      onClick={() => {
        if (!isPossible) return show();
        if (!staysOpen) close();
        onSelect();
      }}
    >
      {Icon && <Icon size={18} className="dropdown-item-icon" aria-hidden="true" />}
      {staysOpen && (
        <IconCheck
          size={18}
          className={isChecked ? 'dropdown-item-icon' : 'dropdown-item-icon invisible'}
          aria-hidden="true"
        />
      )}
      <span>{label}</span>
    </button>
  );
}

/** A line stands between two groups, not before the first or after the last that there are. */
function withoutLooseLines(items: readonly MenuItem[]): readonly MenuItem[] {
  const shown: MenuItem[] = [];
  for (const item of items) if (item !== '-' || (shown.at(-1) ?? '-') !== '-') shown.push(item);
  if (shown.at(-1) === '-') shown.pop();
  return shown;
}

const optionsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')];
