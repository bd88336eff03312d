/** The address and the content policy of the page. Knows nothing of Electron. */

export const appScheme = 'app'
export const appOrigin = 'app://lab'
export const startPage = `${appOrigin}/index.html`

/** Everything comes from the app's own files; Svelte's templates are the only maker of HTML. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html'
].join('; ')
