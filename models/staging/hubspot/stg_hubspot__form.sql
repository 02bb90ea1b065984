{{ read_raw('hubspot', 'form') }}
