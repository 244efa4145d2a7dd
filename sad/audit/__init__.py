"""The journal: who did what when, in hash chains, sealed and verifiable (decision 0003)."""
