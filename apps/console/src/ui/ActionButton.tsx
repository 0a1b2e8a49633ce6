/** A button that, when it cannot be pressed, stays reachable and says why. */
import { type ComponentType, type ReactNode, useId, useRef } from 'react';
import { placeBeside } from './floating.ts';

interface ActionButtonProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly icon?: ComponentType<{ size?: number; className?: string; 'aria-hidden'?: 'true' }>;
  /** Why it cannot be done now. */
  readonly reason?: string | undefined;
  readonly isPending?: boolean;
  readonly className?: string;
}

export function ActionButton({
  children,
  onClick,
  icon: Icon,
  reason,
  isPending = false,
  className = '',
}: ActionButtonProps) {
  const isPossible = reason === undefined;
  const button = useRef<HTMLButtonElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const tipId = useId();
  const show = () => {
    if (isPossible || !tip.current || !button.current || tip.current.matches(':popover-open')) return;
    tip.current.showPopover();
    placeBeside(tip.current, button.current, 'center');
  };
  const hide = () => {
    if (tip.current?.matches(':popover-open')) tip.current.hidePopover();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`btn ${className} ${isPossible ? '' : 'disabled-look'} ${isPending ? 'btn-loading' : ''}`}
        aria-disabled={!isPossible || isPending}
        aria-describedby={isPossible ? undefined : tipId}
        onClick={() => {
          if (!isPossible) show();
          else if (!isPending) onClick();
        }}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
      >
        {Icon && <Icon size={18} className="icon" aria-hidden="true" />}
        {children}
      </button>
      {!isPossible && (
        <span ref={tip} id={tipId} role="tooltip" popover="manual" className="floating reason">
          {reason}
        </span>
      )}
    </>
  );
}
