import type { ComponentType, ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon?: ComponentType<{ 'aria-hidden'?: 'true' }>;
  readonly title: string;
  /** What to do next. */
  readonly hint?: string;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, hint, action }: EmptyStateProps) {
  return (
    <div className="empty">
      {Icon && (
        <div className="empty-icon">
          <Icon aria-hidden="true" />
        </div>
      )}
      <p className="empty-title">{title}</p>
      {hint && <p className="empty-subtitle text-secondary">{hint}</p>}
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}
