"""The imports behind Sweden's contact cards.

The flow, in one direction: source → snapshot → store → card → publication. Start reading at `flow.py`.
"""
