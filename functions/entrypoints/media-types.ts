/** Media types as an operator writes them: `application/zip, video/*`. */

const TYPE = /^[a-z\d][\w!#$&^.+-]*\/(?:\*|[\w!#$&^.+-]+)$/;

/** The types, in lower case. Throws with what is wrong. */
export function mediaTypes(text: string): readonly string[] {
  const types = text.split(/[\s,]+/).filter(type => type !== '');
  const wrong = types.find(type => !TYPE.test(type.toLowerCase()));
  if (wrong !== undefined) throw new Error('must be media types with commas between, such as application/zip, video/*');
  return types.map(type => type.toLowerCase());
}

/** A check for a type: whether it is one of these. */
export function isAmong(types: readonly string[]): (type: string) => boolean {
  const exact = new Set(types);
  return type => {
    const essence = (type.split(';', 1)[0] ?? '').trim().toLowerCase();
    return exact.has(essence) || exact.has(`${essence.split('/', 1)[0]}/*`);
  };
}
