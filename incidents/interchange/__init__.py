"""What agencies' control rooms say to each other: one neutral message, and adapters that write and read it."""
