/** What the gateway says to a person: the web client, and a short page where that was not built. */
export const page = {
  title: 'Mini-Telegram',
  text: `<p>A chat server. It speaks REST under <code>/v1</code> and Socket.IO on the default path; sign up with
<code>POST /v1/auth/register</code>.</p>
<p>How it is: <a href="/health">health</a>, <a href="/metrics">metrics</a>. The keys that its tokens are signed with:
<a href="/.well-known/jwks.json">JWKS</a>.</p>`,
};
