/** Somebody or a group as a round of their own color with their initials. */
import type { ChatState } from '../../client/chat.js';
import { isOnline, otherIn, titleOf } from '../model.js';

const HUES = 10;

export const hueOf = (id: string): number => {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return hash % HUES;
};

const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const first = (word = '') => [...word].find(letter => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(letter)) ?? '';
  const last = words.length > 1 ? first(words.at(-1)) : '';
  return (first(words[0]) + last).toLocaleUpperCase();
};

interface Props {
  readonly id: string;
  readonly name: string;
  readonly size?: 'small' | 'large';
  readonly group?: boolean;
  /** Whether the dot of somebody who is online may show. */
  readonly presence?: boolean;
}

/** Groups are not quite as round as people. */
export const Avatar = ({ id, name, size, group, presence }: Props) => (
  <span class={`avatar ${size ?? ''} ${group ? 'group' : ''}`} data-hue={hueOf(id)} aria-hidden="true">
    {initialsOf(name)}
    {presence && isOnline(id) && <span class="dot" />}
  </span>
);

/** A chat's: of a direct one, that of the other. */
export const ChatAvatar = ({ chat, size }: { readonly chat: ChatState; readonly size?: 'large' }) => {
  const group = chat.type === 'group';
  const id = group ? chat.id : otherIn(chat);
  return <Avatar id={id} name={titleOf(chat)} group={group} presence={!group} {...(size && { size })} />;
};
