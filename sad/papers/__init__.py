"""Papers of a procedure: what each says, frozen when issued (P14)."""
