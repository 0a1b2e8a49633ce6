/** Every address of the console. A page is fetched when it is first gone to. */
import type { ComponentType } from 'react';
import { Navigate, type RouteObject, createBrowserRouter, createPath } from 'react-router';
import { LoginPage } from '../features/session/LoginPage.tsx';
import { BrokenPage, MissingPage, NotFound } from '../ui/FullPageError.tsx';
import { Splash } from '../ui/Splash.tsx';
import { SessionRoot } from './SessionRoot.tsx';
import { Shell } from './Shell.tsx';
import { codeOf } from './page-code.ts';
import { adminGroups } from './pages.ts';
import { useIsAdmin } from './session.tsx';

const page = (path: string, load: () => Promise<ComponentType>): RouteObject => ({
  path,
  // React Router shows nothing at all, not even the boundary, where this rejects below a HydrateFallback.
  lazy: async () => ({ Component: await codeOf(load, whereTo).catch(() => MissingPage) }),
  ErrorBoundary: BrokenPage,
});

/** The address that is being gone to, while its page is fetched. */
const whereTo = (): string => createPath(router.state.navigation.location ?? router.state.location);

/** For members these addresses do not exist. */
const adminPage = (path: string, load: () => Promise<ComponentType>): RouteObject =>
  page(path, async () => {
    const Page = await load();
    return function AdminOnly() {
      return useIsAdmin() ? <Page /> : <NotFound />;
    };
  });

const adminPages = adminGroups.flatMap(({ pages }) => pages);

export const router = createBrowserRouter([
  { path: '/login', Component: LoginPage },
  {
    Component: SessionRoot,
    HydrateFallback: Splash,
    ErrorBoundary: BrokenPage,
    children: [
      {
        Component: Shell,
        children: [
          { index: true, Component: Start },
          ...adminPages.map(({ path, load, isForAll }) =>
            isForAll ? page(path, load) : adminPage(path, load),
          ),
          page('/machines', async () => (await import('../features/home/HomePage.tsx')).HomePage),
          page('/vms/new', async () => (await import('../features/vms/NewVmPage.tsx')).NewVmPage),
          page('/vms/:vmId', async () => (await import('../features/vms/VmPage.tsx')).VmPage),
          page('/glossary', async () => (await import('../features/help/GlossaryPage.tsx')).GlossaryPage),
          page('/account', async () => (await import('../features/account/AccountPage.tsx')).AccountPage),
          { path: '*', Component: NotFound },
        ],
      },
      page(
        '/vms/:vmId/desktop',
        async () => (await import('../features/desktop/DesktopPage.tsx')).DesktopPage,
      ),
      page('/watch', async () => (await import('../features/desktop/WatchPage.tsx')).WatchPage),
      page(
        '/classes/:classId/members/:userId/screen',
        async () => (await import('../features/classes/ClassScreenPage.tsx')).ClassScreenPage,
      ),
      page(
        '/vms/:vmId/serial-console',
        async () => (await import('../features/desktop/SerialConsolePage.tsx')).SerialConsolePage,
      ),
    ],
  },
]);

function Start() {
  return <Navigate replace to={useIsAdmin() ? '/overview' : '/machines'} />;
}
