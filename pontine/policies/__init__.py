"""What can drive the arm in an evaluation: the agent, the expert, or a policy of your own."""

from pontine.policies.policy import Account, Policy, Status

__all__ = ["Account", "Policy", "Status"]
