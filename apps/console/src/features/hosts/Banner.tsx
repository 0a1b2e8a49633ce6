/** Something that the admin should know before anything else. */
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

const tones = {
  info: 'alert alert-info',
  warning: 'alert alert-warning',
  danger: 'alert alert-danger',
} as const;

interface BannerProps {
  readonly tone: keyof typeof tones;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Banner({ tone, title, children }: BannerProps) {
  const Icon = tone === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={tones[tone]} role={tone === 'danger' ? 'alert' : 'status'}>
      <div className="alert-icon">
        <Icon aria-hidden="true" />
      </div>
      <div className="min-width-0 flex-fill">
        <div className="alert-heading">{title}</div>
        {children && <div className="alert-description text-body">{children}</div>}
      </div>
    </div>
  );
}
