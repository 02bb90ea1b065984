{{ read_raw('hubspot', 'team') }}
