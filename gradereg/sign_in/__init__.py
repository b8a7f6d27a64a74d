"""Sign-in: Feide through OpenID Connect, local accounts, rate limits, end of sessions. See docs/guides/sign-in.md."""
