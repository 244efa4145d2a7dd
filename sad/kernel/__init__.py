"""Values every concept shares: money, time, ids, refusals, tables of moves."""
