/** What the words mean. An address with `#key` leads to one of them. */
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { useLanguage, useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { SearchInput } from '../../ui/SearchBox.tsx';
import './glossary.css';
import { type Term, things, words } from './glossary-terms.ts';
import { glossaryMessages } from './help.messages.ts';

const groups = [
  { title: 'things', terms: things },
  { title: 'words', terms: words },
] as const satisfies readonly { title: keyof typeof glossaryMessages.en; terms: readonly Term[] }[];

export function GlossaryPage() {
  const t = useT(glossaryMessages);
  const { hash } = useLocation();
  const [search, setSearch] = useState('');
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'center' });
  }, [hash]);
  const found = groups.map(({ title, terms }) => ({
    title,
    terms: terms.filter((term: Term) => textOf(term).includes(search.trim().toLowerCase())),
  }));
  return (
    <Page title={t('title')} help="glossary" isNarrow>
      <div className="mb-3">
        <SearchInput label={t('search')} value={search} onChange={setSearch} />
      </div>
      {found.every(({ terms }) => terms.length === 0) && (
        <p className="text-secondary" role="status">
          {t('nothing')}
        </p>
      )}
      {found.map(
        ({ title, terms }) =>
          terms.length > 0 && (
            <section key={title} className="card mb-3" aria-labelledby={`group-${title}`}>
              <div className="card-header">
                <h2 className="card-title" id={`group-${title}`}>
                  {t(title)}
                </h2>
              </div>
              <dl className="glossary">
                {terms.map((term) => (
                  <Entry key={term.key} term={term} isSought={hash === `#${term.key}`} />
                ))}
              </dl>
            </section>
          ),
      )}
    </Page>
  );
}

function Entry({ term, isSought }: { term: Term; isSought: boolean }) {
  const t = useT(glossaryMessages);
  const { language } = useLanguage();
  const [own, other] = language === 'zh-CN' ? [term.zh, term.en] : [term.en, term.zh];
  const { openStack, libvirt } = term;
  return (
    <div id={term.key} className={isSought ? 'glossary-entry is-sought' : 'glossary-entry'}>
      <dt>
        {own[0]}{' '}
        {own[0] !== other[0] && (
          <span className="fw-normal text-secondary" lang={language === 'zh-CN' ? 'en' : 'zh-CN'}>
            {other[0]}
          </span>
        )}
      </dt>
      <dd>
        {own[1]}
        {(openStack ?? libvirt) !== undefined && (
          <span className="d-block small text-secondary">
            {[
              openStack === undefined ? [] : t('elsewhere', { openStack }),
              libvirt === undefined ? [] : t('inLibvirt', { libvirt }),
            ]
              .flat()
              .join(' · ')}
          </span>
        )}
      </dd>
    </div>
  );
}

const textOf = ({ en, zh, openStack = '', libvirt = '' }: Term): string =>
  [...en, ...zh, openStack, libvirt].join('\n').toLowerCase();
