/** The buttons at a message. */
import { type Point, under } from '../menu.js';
import { More } from './icons.js';
import type { Action } from './message-actions.js';
import { Tool } from './tool.js';

interface ActionsProps {
  readonly actions: readonly Action[];
  readonly onMore: (at: Point) => void;
}

/** The first of all, and the way to the others. */
export function Actions({ actions, onMore }: ActionsProps) {
  const answer = actions.find(({ label }) => label === 'Answer');
  if (actions.length === 0) return null;
  return (
    <span class="actions">
      {answer && (
        <Tool label="Answer" icon={answer.icon} data-action tabIndex={-1} title="Answer (R)" onClick={answer.run} />
      )}
      <Tool
        label="More"
        icon={More}
        data-action
        tabIndex={-1}
        aria-haspopup="menu"
        title="More (Enter)"
        onClick={event => onMore(under(event.currentTarget))}
      />
    </span>
  );
}
