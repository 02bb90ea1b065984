"""An independent reading of the diagnosis, in plain Python, that the SQL is tested against.

It shares no code with the models: standard library only, one small function per rule of the specification,
written for faithfulness and not for speed. `evaluate_source` reads one CRM and gives every handoff with its
milestones, layers and findings; `compare` holds a built warehouse against it; `random_world` makes nasty
worlds for both.
"""
