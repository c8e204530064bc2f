/** A name that somebody chose: whatever direction it is written in, it turns nothing around it. */
export const Name = ({ of }: { readonly of: string }) => <bdi>{of}</bdi>;

/** Several, with commas between them. */
export const Names = ({ of }: { readonly of: readonly string[] }) => (
  <>
    {of.map((name, at) => (
      <>
        {at > 0 && ', '}
        <Name of={name} />
      </>
    ))}
  </>
);
