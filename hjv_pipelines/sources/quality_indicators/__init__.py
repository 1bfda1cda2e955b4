"""Quality indicators of care units, by the contract GetQualityIndicators 2: what the sources of waiting times share."""
