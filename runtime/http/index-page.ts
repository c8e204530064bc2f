/** What `GET /` answers until there is a web client: a short page that says what this is. */

/** Browsers apply it because its hash is in the content security policy. */
export const style = `
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
  code { background: #8882; padding: 0 .25em; border-radius: .25em }
  :root { color-scheme: light dark }
`;

export const index = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mini-Telegram</title>
<style>${style}</style>
<h1>Mini-Telegram</h1>
<p>A chat server. It speaks REST under <code>/v1</code> and Socket.IO on the default path; sign up with
<code>POST /v1/auth/register</code>.</p>
<p>How it is: <a href="/health">health</a>, <a href="/metrics">metrics</a>. The keys that its tokens are signed with:
<a href="/.well-known/jwks.json">JWKS</a>.</p>
</html>
`;
