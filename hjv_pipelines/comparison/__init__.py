"""The store laid beside the sandbox's manifest: the one room that knows both."""
