"""Controls that more than one page uses; they know Qt and engine values, no session."""
