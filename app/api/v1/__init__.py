"""The JSON API, one router a concept, over the same services as the pages. Bearer tokens only."""
