"""Meta-World as `pontine eval --suite metaworld` runs it: its policies, its episodes."""
