"""What several tests share: databases, clock, keys, servers, what the machine lacks."""
