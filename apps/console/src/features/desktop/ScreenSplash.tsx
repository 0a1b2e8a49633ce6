import { Splash } from '../../ui/Splash.tsx';
import './screen.css';

/** As dark as the screen that it is waiting for: nothing flashes. */
export const ScreenSplash = () => (
  <div className="screen-page" data-bs-theme="dark">
    <Splash />
  </div>
);
