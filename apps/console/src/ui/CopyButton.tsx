import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

export function CopyButton({
  text,
  label,
  className = 'btn btn-icon btn-sm btn-ghost-secondary',
}: {
  text: string;
  label?: string;
  className?: string;
}) {
  const t = useT(uiMessages);
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    await copyText(text);
    setIsCopied(true);
  };
  const Icon = isCopied ? IconCheck : IconCopy;
  return (
    <button
      type="button"
      className={className}
      aria-label={label ? undefined : `${t('copy')} ${text}`}
      title={isCopied ? t('copied') : t('copy')}
      onClick={() => void copy()}
    >
      <Icon size={16} className={isCopied ? 'icon text-success' : 'icon'} aria-hidden="true" />
      {label}
      <span className="visually-hidden" role="status">
        {isCopied ? t('copied') : ''}
      </span>
    </button>
  );
}

/** `navigator.clipboard` exists on https and on localhost only; a LAN address over http has the old way. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog only its own content can be focused.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
