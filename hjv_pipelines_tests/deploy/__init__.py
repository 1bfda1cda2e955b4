"""The recipes of an installation on Kubernetes."""
