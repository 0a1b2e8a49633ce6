import { useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { PasswordCard } from './PasswordCard.tsx';
import { PreferencesCard } from './PreferencesCard.tsx';
import { ProfileCard } from './ProfileCard.tsx';
import { SessionsCard } from './SessionsCard.tsx';
import { TokensCard } from './TokensCard.tsx';
import { accountMessages } from './account.messages.ts';

export function AccountPage() {
  const t = useT(accountMessages);
  return (
    <Page help="account" title={t('title')}>
      <div className="row row-cards">
        <div className="col-lg-6 account-column">
          <ProfileCard />
          <PreferencesCard />
        </div>
        <div className="col-lg-6 account-column">
          <PasswordCard />
          <SessionsCard />
          <TokensCard />
        </div>
      </div>
    </Page>
  );
}
