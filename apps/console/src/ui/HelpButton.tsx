/** The question mark beside a page's title: a few sentences on what the page is for. */
import { IconHelpCircle } from '@tabler/icons-react';
import { Suspense, lazy, useEffect, useId, useRef, useState } from 'react';
import { useT } from '../app/language.tsx';
import { codeOf } from '../app/page-code.ts';
import type { HelpTopic } from '../words/help.messages.ts';
import { placeBeside } from './floating.ts';
import { uiMessages } from './ui.messages.ts';

const HelpText = lazy(async () => ({
  default: (await codeOf(() => import('./HelpText.tsx'))).HelpText,
}));

export function HelpButton({ topic }: { topic: HelpTopic }) {
  const t = useT(uiMessages);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const note = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const element = note.current;
    if (!element) return;
    const follow = (event: ToggleEvent) => setIsOpen(event.newState === 'open');
    element.addEventListener('toggle', follow);
    return () => element.removeEventListener('toggle', follow);
  }, []);
  const place = () => {
    if (note.current && button.current) placeBeside(note.current, button.current, 'start');
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="help-button"
        aria-label={t('help')}
        aria-expanded={isOpen}
        popoverTarget={id}
      >
        <IconHelpCircle size={18} aria-hidden="true" />
      </button>
      <div ref={note} id={id} popover="auto" className="floating help-note">
        {isOpen && (
          <Suspense fallback={<p className="m-0 text-secondary">{t('loading')}</p>}>
            <HelpText topic={topic} onShown={place} onLeave={() => note.current?.hidePopover()} />
          </Suspense>
        )}
      </div>
    </>
  );
}
