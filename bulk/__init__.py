"""Many files, one record each: which they are, where each stands, one document under limits."""
