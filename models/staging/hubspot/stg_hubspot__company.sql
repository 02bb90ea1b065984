{{ read_raw('hubspot', 'company') }}
