"""The promises of `hjv_pipelines`, arranged as the package is."""
