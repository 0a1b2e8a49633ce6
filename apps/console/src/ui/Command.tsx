/** What somebody is to run or paste elsewhere: whole, however long, with a button that copies it. */
import { CopyButton } from './CopyButton.tsx';
import './command.css';

export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
