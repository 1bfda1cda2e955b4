"""What takes minutes or hours: `make soak`. Not part of `make test`."""
