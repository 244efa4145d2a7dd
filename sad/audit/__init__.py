"""The journal: who did what when, in hash chains, sealed and verifiable (trust.md, decision 0003)."""
