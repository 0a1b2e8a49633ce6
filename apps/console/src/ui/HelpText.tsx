/** What a page is for, with its words: in a piece of its own, so that no page waits for it. */
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useLanguage, useT } from '../app/language.tsx';
import { terms } from '../features/help/glossary-terms.ts';
import { type HelpTopic, helpMessages, helpTerms } from '../words/help.messages.ts';
import { uiMessages } from './ui.messages.ts';

interface HelpTextProps {
  readonly topic: HelpTopic;
  /** It takes its place only now. */
  readonly onShown: () => void;
  readonly onLeave: () => void;
}

export function HelpText({ topic, onShown, onLeave }: HelpTextProps) {
  const t = useT(helpMessages);
  const ui = useT(uiMessages);
  const { language } = useLanguage();
  // Once: it does not move while it is read.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(onShown, []);
  const wanted: readonly string[] = helpTerms[topic];
  return (
    <>
      <p className="help-text mb-2">{t(topic)}</p>
      <p className="m-0 small d-flex flex-wrap column-gap-3">
        {terms
          .filter(({ key }) => wanted.includes(key))
          .map(({ key, en, zh }) => (
            <Link key={key} to={`/glossary#${key}`} onClick={onLeave}>
              {language === 'zh-CN' ? zh[0] : en[0]}
            </Link>
          ))}
        {topic !== 'glossary' && (
          <Link to="/glossary" onClick={onLeave}>
            {ui('glossary')}
          </Link>
        )}
      </p>
    </>
  );
}
