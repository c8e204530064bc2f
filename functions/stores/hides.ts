/** An SQL condition: whether the user hides this seq of the chat from themselves, by one look-up however much they hide. */
export const hides = (userId: string, chatId: string, seq: string): string =>
  `coalesce((select h.from_seq <= ${seq} from hidden h
    where h.chat_id = ${chatId} and h.user_id = ${userId} and h.to_seq >= ${seq} order by h.to_seq limit 1), false)`;
