"""A record beside its registrations: imported only where there are any, as reading them takes its time."""
