"""Beginning an app: a project that works from its first minute, and takes over later what its template learns."""
