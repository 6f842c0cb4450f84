"""The domain: what may be done, by whom, and what is remembered. Knows nothing of the web and of no plugin.

Which file answers which question: docs/architecture.md, "Where a line lives".
"""
