{{ read_raw('hubspot', 'contact') }}
