/** For values of which thousands are made in a second: members are set where there is something, rather than spread. */
export type Writable<Value> = { -readonly [Member in keyof Value]: Value[Member] };
