"""Pages, one router a family; each calls the services the JSON API calls."""
