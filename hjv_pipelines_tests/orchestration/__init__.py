"""What the orchestration promises to those who work in Dagster."""
