/** What a span of a conversation comes to: the messages that are in the page, and how many are not. */
import type { ChatState } from '../client/chat.js';
import { stretchAt } from '../client/history.js';
import type { Message } from '../client/shapes.js';
import type { State } from '../client/state.js';
import { type Shown, shownIn } from './rows.js';
import { END, type Places, placesOf, type Span } from './span.js';

export interface Contents {
  /** What could be in the page, and which of it is. */
  readonly all: readonly Shown[];
  readonly places: Places;
  /** Whether all of it is the end of the conversation. */
  readonly isEnd: boolean;
  /** Whether the first and the last in the page are those of the conversation. */
  readonly begins: boolean;
  readonly ends: boolean;
  /** How many messages are not in the page. */
  readonly beyond: { readonly above: number; readonly below: number };
}

/** Undefined where what is in view is not held any more. */
export function contentsOf(chat: ChatState, state: State, span: Span): Contents | undefined {
  const stretch = span.to === END.to ? chat.history.messages : stretchAt(chat.history, span.at);
  return stretch && madeOf(chat, state, span, stretch);
}

/** The end is always held. */
export const endOf = (chat: ChatState, state: State): Contents => madeOf(chat, state, END, chat.history.messages);

function madeOf(chat: ChatState, state: State, span: Span, stretch: readonly Message[]): Contents {
  const { history } = chat;
  const all = shownIn(chat, state, stretch);
  const places = placesOf(all, span);
  const [first, last] = places;
  const isEnd = stretch === history.messages;
  const begins = first === 0 && (stretch[0]?.seq ?? history.begins) === history.begins;
  const ends = isEnd && last === all.length - 1;
  return {
    ...{ all, places, isEnd, begins, ends },
    beyond: {
      above: begins ? 0 : (all[first]?.seq ?? history.upTo + 1) - history.begins,
      below: ends ? 0 : Math.max(1, history.upTo - (all[last]?.seq ?? 0)),
    },
  };
}
