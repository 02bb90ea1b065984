{{ read_raw('hubspot', 'campaign') }}
