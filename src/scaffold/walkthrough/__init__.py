"""The page of every sample, made from the sample: nothing in it is written twice.

make ─→ steps ─→ align ─→ page      what the sample's comments say, for each provider
    └─→ run ──────────────┘         what it prints, and what goes over the wire
folder                              the pages on disk, and which of them are ours
"""
