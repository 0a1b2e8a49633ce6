import type { ReactNode } from 'react';
import './tag.css';

/** A word about the name it stands beside; a state has a Badge. */
export const Tag = ({ children }: { children: ReactNode }) => <span className="tag-word">{children}</span>;
