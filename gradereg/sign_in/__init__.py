"""
How people get in, and when they are out again: Feide through OpenID Connect, local accounts, limits, the end of sessions.

docs/guides/sign-in.md says how to switch Feide on, how people are matched and what is refused.
"""
