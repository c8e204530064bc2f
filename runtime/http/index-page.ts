/** The frame of a short page that says, at `GET /`, what a service is. */

/** Browsers apply it because its hash is in the content security policy. */
export const style = `
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
  code { background: #8882; padding: 0 .25em; border-radius: .25em }
  :root { color-scheme: light dark }
`;

/** `text` is HTML of the service's own: paragraphs below the title. */
export interface Page {
  readonly title: string;
  readonly text: string;
}

export const indexPage = ({ title, text }: Page): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
<h1>${title}</h1>
${text}
</html>
`;
