{{ read_raw('hubspot', 'owner') }}
