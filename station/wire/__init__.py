"""Between recorder and viewers: frozen, versioned messages over a Unix socket. No rule of treatment lives here."""
