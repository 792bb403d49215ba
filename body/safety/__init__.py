"""What every command and every state must pass: limiter, watchdog, judges, workspace, audit."""
