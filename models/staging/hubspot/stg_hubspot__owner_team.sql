{{ read_raw('hubspot', 'owner_team') }}
