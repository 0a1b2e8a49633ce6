import { Link } from 'react-router';

/** 楼: a house with many windows. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <rect width="32" height="32" rx="8" className="logo-ground" />
      <path d="M8 22.5h16M8 17l8-9 8 9M11 17v5.5M21 17v5.5M16 17v5.5" className="logo-lines" />
    </svg>
  );
}

export function Brand() {
  return (
    <Link to="/" className="navbar-brand brand" aria-label="LouCloud">
      <Logo />
      <span>LouCloud</span>
    </Link>
  );
}
