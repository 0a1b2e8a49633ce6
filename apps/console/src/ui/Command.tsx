/** What somebody is to run or paste elsewhere: whole, however long, with a button that copies it. */
import { CopyButton } from './CopyButton.tsx';
import './command.css';

/** Longer ones are better broken than alone on their lines. */
const WHOLE_MAX = 30;

export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <code>
        {words(text).map((word, at) =>
          // The words of a text are fixed in their order.
          // eslint-disable-next-line react/no-array-index-key
          word.length > WHOLE_MAX ? word : <span key={at}>{word}</span>,
        )}
      </code>
      <CopyButton text={text} />
    </div>
  );
}

/** Each with the space behind it: "-lf" is not torn at its hyphen. */
const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];
