"""What a read costs: ours in both layouts beside the plan that this began with."""
